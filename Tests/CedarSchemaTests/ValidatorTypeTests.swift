import CedarSchema
import Testing

/// The types that operators take, and what their results are used for.
@Suite struct ValidatorTypeTests {
    static let sound: [ValidationCase] = [
        .init(#"principal.name == "a" && principal.level > 3"#),
        .init(#"principal.active || !principal.active"#),
        .init(#"principal.level + 1 - 2 * -principal.level <= 9"#),
        .init(#"principal.address.city like "*burg""#),
        .init(#"principal.address has city && principal has address.city"#),
        .init(#"resource.labels.contains("x") && resource.labels.containsAll(["a", "b"])"#),
        .init(#"resource.viewers.contains(principal) && !resource.viewers.isEmpty()"#),
        .init(#"principal in resource.viewers || principal in [principal, resource.owner]"#),
        .init(#"principal in Team::"a" && resource in [Album::"a", Album::"b"]"#),
        .init(#"principal.joined < context.now && context.now.durationSince(principal.joined) >= duration("1d")"#),
        .init(#"principal.quota.lessThan(decimal("1.5"))"#),
        .init(#"principal.home.isInRange(ip("10.0.0.0/8")) && principal.home.isIpv4()"#),
        .init(#"principal.joined.offset(duration("-1h")).toDate() == datetime("2024-01-01")"#),
        .init(#"(if principal.active then principal.level else 0) == 1"#),
        .init(#"{a: principal.level, b: "x"} == {b: principal.name, a: 1}"#),
        .init(#"{a: 1}.a == 1 && [1, 2].contains(principal.level)"#),
        .init(#"[true, principal.active, false] == [principal.active]"#),
        .init(#"action in Action::"readers" && action == Action::"view""#),
    ]

    @Test(arguments: sound) func passes(row: ValidationCase) throws { try row.check(.photos()) }

    static let unsound: [ValidationCase] = [
        // Operands.
        .init(#"▶principal.name◀ && true"#, "V1220"),
        .init(#"true && ▶principal.level◀"#, "V1220"),
        .init(#"!▶principal.level◀"#, "V1220"),
        .init(#"if ▶principal.name◀ then true else false"#, "V1220"),
        .init(#"-▶principal.name◀ == 1"#, "V1220"),
        .init(#"▶principal.name◀ + ▶"x"◀ == 1"#, "V1220 V1220"),
        .init(#"▶principal.name◀ * 2 == 1"#, "V1220"),
        .init(#"▶principal.name◀ < 1"#, "V1220"),
        .init(#"1 >= ▶principal.joined◀"#, "V1220"),
        .init(#"principal.joined < ▶duration("1d")◀"#, "V1220"),
        .init(#"▶principal.quota◀ < ▶decimal("1.0")◀"#, "V1220 V1220"),
        .init(#"▶principal◀ like "a""#, "V1220"),
        .init(#"▶principal.name◀ is User"#, "V1220"),
        .init(#"▶principal.name◀ in resource.viewers"#, "V1220"),
        .init(#"principal in ▶resource.labels◀"#, "V1220"),
        .init(#"▶resource.labels◀ has x"#, "V1220"),
        .init(#"▶principal.name◀.length == 1"#, "V1220"),
        .init(#"▶principal has address.city.street◀"#, "V1220"),
        .init(#"▶principal◀.contains("a")"#, "V1220"),
        .init(#"resource.labels.containsAny(▶"a"◀)"#, "V1220"),
        .init(#"▶principal.name◀.isEmpty()"#, "V1220"),
        .init(#"▶principal.address◀.hasTag("a")"#, "V1220"),
        .init(#"principal.hasTag(▶1◀)"#, "V1220"),
        .init(#"▶principal.name◀.isIpv4()"#, "V1220"),
        .init(#"principal.home.isInRange(▶"10.0.0.0/8"◀)"#, "V1220"),
        .init(#"▶principal.level◀"#, "V1220"),
        // Attributes.
        .init(#"▶principal.nmae◀ == "a""#, "V1210"),
        .init(#"▶resource.owner.address.street◀ == "a""#, "V1210"),
        .init(#"▶context.mfaa◀"#, "V1210"),
        .init(#"▶{a: 1}.b◀ == 1"#, "V1210"),
        // Extension functions.
        .init(#"ip(▶"10.0.0.300"◀).isIpv4()"#, "V1231"),
        .init(#"decimal(▶"1.23456"◀) == principal.quota"#, "V1231"),
        .init(#"datetime(▶"2023-02-29"◀) == principal.joined"#, "V1231"),
        .init(#"duration(▶"1x"◀) == duration("1d")"#, "V1231"),
        .init(#"▶ip()◀.isIpv4()"#, "V1232"),
        .init(#"▶ip("::1", "::1")◀.isIpv4()"#, "V1232"),
        .init(#"▶principal.home.isIpv4(1)◀"#, "V1232"),
        .init(#"▶principal.home.isInRange()◀"#, "V1232"),
        .init(#"ip(▶1◀).isIpv4()"#, "V1220"),
        // Tags.
        .init(#"▶principal.getTag("a")◀ == "b""#, "V1212"),
        .init(#"resource.hasTag("a") || ▶resource.getTag("a")◀ == "b""#, "V1212"),
        .init(#"(true || resource.hasTag("a")) && ▶resource.getTag("a")◀ == "b""#, "V1212"),
    ]

    @Test(arguments: unsound) func fails(row: ValidationCase) throws { try row.check(.photos()) }

    /// Booleans whose value follows from the types decide which branches run at all.
    static let singletons: [ValidationCase] = [
        .init(#"true || principal.nope"#),
        .init(#"if true then true else principal.nope"#),
        .init(#"if principal is User then true else principal.nope"#),
        .init(#"principal is Robot && principal.nope"#, "V1301"),
        .init(#"principal == resource && principal.nope"#, "V1301"),
        .init(#"principal in Album::"a" && principal.nope"#, "V1301"),
        .init(#"principal has nope && principal.nope"#, "V1301"),
        .init(#"resource.hasTag("a") && resource.nope"#, "V1301"),
        .init(#"resource.hasTag("a") && resource.getTag("a") == 1"#, "V1301"),
        .init(#"action == Action::"edit" && principal.nope"#, "V1301"),
        .init(#"action in [Action::"edit"] && principal.nope"#, "V1301"),
        .init(#"action in Action::"readers" || principal.nope"#),
        .init(#"User::"a" is Team || "x" like "x""#),
        .init(#"1 == "a" || !(1 == 2) || principal.nope"#),
        .init(#"(false && false) == User::"a" || true"#),
        .init(#"context has device.nope && context.nope"#, "V1301"),
        .init(#"context has mfa || context.nope"#),
        // An entity need not exist, whatever its type says.
        .init(#"principal has name || ▶principal.nope◀"#, "V1210"),
        .init(#"User::"a" in User::"a" || ▶principal.nope◀"#, "V1210"),
    ]

    @Test(arguments: singletons) func branches(row: ValidationCase) throws { try row.check(.photos()) }

    @Test("one mistake is one error") func cascades() throws {
        try ValidationCase(#"▶principal.nmae◀ == 1 && principal.name like "a""#, "V1210").check(.photos())
        try ValidationCase(#"▶principal.name◀ + 1 == "x""#, "V1220").check(.photos())
        try ValidationCase(#"▶principal has address.city.x◀ && principal has nick && principal.nick == "a""#, "V1220")
            .check(.photos())
    }
}
