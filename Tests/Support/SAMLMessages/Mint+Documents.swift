import Foundation

extension Mint {
    /// Octets and XML that a parser could be led astray with, or kept busy.
    var documents: [MintedCase] {
        let signed = forge
        let message = signed.message
        func many(_ count: Int, _ make: (Int) -> String) -> String { (0..<count).map(make).joined() }
        let entities = "<!DOCTYPE r [" + many(60) { "<!ENTITY e\($0 + 1) \"&e\($0);&e\($0);\">" } + "]>"
        func inside(_ content: String) -> String {
            message.replacingFirst(
                "<samlp:Status>", with: "<samlp:Extensions>\(content)</samlp:Extensions><samlp:Status>")
        }
        let utf16 = message.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let instruction = signed.message(replacing: "alice@", with: "alice@<?x y?>")
        return [
            MintedCase("doctype", "<!DOCTYPE samlp:Response>" + message, "xml.doctype"),
            MintedCase(
                "doctype-external", "<!DOCTYPE r SYSTEM \"http://127.0.0.1/r.dtd\">" + message, "xml.doctype"),
            MintedCase(
                "doctype-file",
                "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
                    + message.replacingFirst("alice", with: "&x;"), "xml.doctype"),
            MintedCase("doctype-parameter", "<!DOCTYPE r [<!ENTITY % x \"y\"> %x;]>" + message, "xml.doctype"),
            MintedCase(
                "doctype-attribute-list",
                "<!DOCTYPE r [<!ATTLIST saml:Subject x ID #IMPLIED>]>" + message, "xml.doctype"),
            MintedCase(
                "doctype-in-id",
                "<!DOCTYPE r [<!ENTITY i \"x\">]>" + message.replacingFirst(" ID=\"", with: " ID=\"&i;"),
                "xml.doctype"),
            MintedCase("entity-bomb", entities + message.replacingFirst("alice", with: "&e59;"), "xml.doctype"),
            MintedCase("entity-unknown", message.replacingFirst("alice", with: "&x;"), "xml.malformed"),
            MintedCase("instruction", message.replacingFirst("alice@", with: "alice@<?x y?>"), "xml.pi"),
            MintedCase("instruction-signed", instruction, "xml.pi"),
            MintedCase("instruction-before", "<?x y?>" + message, "xml.pi"),
            MintedCase("utf-16", bytes: [0xFF, 0xFE] + utf16, "xml.encoding"),
            MintedCase("utf-16-unmarked", bytes: utf16, "xml.encoding"),
            MintedCase(
                "latin-1", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + message, "xml.encoding"),
            MintedCase("utf-7", "<?xml version=\"1.0\" encoding=\"UTF-7\"?>" + message, "xml.encoding"),
            MintedCase("not-utf-8", bytes: Array(message.utf8) + [0xC3, 0x28], "xml.encoding"),
            MintedCase("nul", message.replacingFirst("alice", with: "ali\u{0}ce"), "xml.encoding"),
            MintedCase("two-roots", message + message, "xml.malformed"),
            MintedCase("trailing", message + "x", "xml.malformed"),
            MintedCase("empty", "", "xml.malformed"),
            MintedCase("truncated", String(message.dropLast(40)), "xml.malformed"),
            MintedCase(
                "twin-attribute", message.replacingFirst(" ID=", with: " ID=\"_x\" ID="), "xml.malformed"),
            MintedCase("undeclared-prefix", inside("<y:z></y:z>"), "xml.malformed"),
            MintedCase(
                "rebound-prefix",
                message.replacingFirst(" ID=", with: " xmlns:xml=\"urn:x\" ID="), "xml.malformed"),
            MintedCase(
                "relative-namespace", message.replacingFirst(" ID=", with: " xmlns:r=\"relative\" ID="),
                "xml.relative_ns"),
            MintedCase(
                "depth", inside(String(repeating: "<x>", count: 5_000) + String(repeating: "</x>", count: 5_000)),
                "xml.limit"),
            MintedCase("elements", inside(many(30_000) { _ in "<x/>" }), "xml.limit"),
            MintedCase("attributes", inside("<x " + many(10_000) { "a\($0)=\"\" " } + "/>"), "xml.limit"),
            MintedCase(
                "namespaces", inside("<x " + many(3_000) { "xmlns:n\($0)=\"urn:\($0)\" " } + "/>"), "xml.limit"),
            MintedCase("size", inside(String(repeating: "x", count: 300_000)), "xml.size"),
            MintedCase(
                "signatures",
                inside(many(2_000) { "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" Id=\"i\($0)\"/>" }),
                "sig.position"),
        ]
    }
}
