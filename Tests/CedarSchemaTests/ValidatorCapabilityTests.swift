import CedarSchema
import Testing

/// What `has` and `hasTag` grant, and where it holds.
@Suite struct ValidatorCapabilityTests {
    static let granted: [ValidationCase] = [
        .init(#"principal has nick && principal.nick == "a""#),
        .init(#"principal has nick && (principal.level == 1 && principal["nick"] == "a")"#),
        .init(#"principal has manager.nick && principal.manager.nick == "a""#),
        .init(#"principal has manager && principal.manager has nick && principal.manager.nick == "a""#),
        .init(#"context has device.os && context.device.os == "a" && context.device.kind == "b""#),
        .init(#"principal.address has zip && principal.address.zip == 1"#),
        .init(#"if principal has nick then principal.nick == "a" else true"#),
        .init(#"if principal has nick && principal.active then principal.nick == "a" else false"#),
        .init(#"(if principal has nick then principal has team else false) && principal.team == Team::"a""#, "V1211"),
        .init(#"(if principal has nick then true else principal has nick) && principal.nick == "a""#),
        .init(#"(principal has nick || principal has nick) && principal.nick == "a""#),
        .init(#"(principal has nick || false) && principal.nick == "a""#),
        .init(#"(false || principal has nick) && principal.nick == "a""#),
        .init(#"!(principal has nick) || true"#),
        .init(#"principal.hasTag("a") && principal.getTag("a") == "b""#),
        .init(#"principal.hasTag(principal.name) && principal.getTag(principal.name) == "b""#),
        .init(#"principal has nick && (principal has nick || principal.nope)"#),
        .init(#"principal.hasTag("a") && (principal.hasTag("a") || principal.nope)"#),
        .init(#"(if true then principal has nick else false) && principal.nick == "a""#),
        .init(
            #"permit(principal is User, action == Action::"view", resource) when { principal has nick } when { principal.nick == "a" };"#
        ),
        .init(
            #"permit(principal is User, action == Action::"view", resource) unless { !(principal has nick) || principal.nick == "a" };"#,
            "V1211"),
        // Shapes, not places, are remembered.
        .init(
            #"(if 1 + 2 == 3 then principal else resource.owner) has nick && (if 1+2 == 3 then principal else resource.owner).nick == "a""#
        ),
        .init(#"[1 >= 2].isEmpty() || {b: 2, a: principal}.a has nick && {a: principal, b: 2}.a.nick == "a""#),
        .init(#"(principal has manager && principal.manager has team) && principal.manager.team == Team::"a""#),
    ]

    @Test(arguments: granted) func grants(row: ValidationCase) throws { try row.check(.photos()) }

    static let refused: [ValidationCase] = [
        .init(#"▶principal.nick◀ == "a""#, "V1211"),
        .init(#"▶principal.nick◀ == "a" && principal has nick"#, "V1211"),
        .init(#"principal has nick || ▶principal.nick◀ == "a""#, "V1211"),
        .init(#"!(principal has nick) && ▶principal.nick◀ == "a""#, "V1211"),
        .init(#"(principal has nick || principal has team) && ▶principal.nick◀ == "a""#, "V1211"),
        .init(#"(principal has nick || principal.active) && ▶principal.nick◀ == "a""#, "V1211"),
        .init(#"if principal has nick then true else ▶principal.nick◀ == "a""#, "V1211"),
        .init(#"(if principal.active then principal has nick else true) && ▶principal.nick◀ == "a""#, "V1211"),
        .init(#"resource.owner has nick && ▶principal.nick◀ == "a""#, "V1211"),
        .init(#"principal has manager && ▶principal.manager.nick◀ == "a""#, "V1211"),
        .init(#"[principal has nick].contains(true) && ▶principal.nick◀ == "a""#, "V1211"),
        .init(#"(principal has nick) == true && ▶principal.nick◀ == "a""#, "V1211"),
        .init(#"principal.hasTag("a") && ▶principal.getTag("b")◀ == "b""#, "V1212"),
        .init(#"principal has nick && ▶principal.getTag("nick")◀ == "b""#, "V1212"),
        .init(#"principal.hasTag("nick") && ▶principal.nick◀ == "b""#, "V1211"),
        .init(#"(principal has nick && principal.active || principal has team) && ▶principal.nick◀ == "a""#, "V1211"),
    ]

    @Test(arguments: refused) func refuses(row: ValidationCase) throws { try row.check(.photos()) }
}
