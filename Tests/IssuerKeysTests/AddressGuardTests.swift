import IssuerKeys
import NIOCore
import Testing

@Suite struct AddressGuardTests {
    @Test(
        "what an address is",
        arguments: [
            ("8.8.8.8", "external"), ("127.0.0.1", "loopback"), ("127.255.0.1", "loopback"),
            ("10.1.2.3", "privateNetwork"), ("172.16.0.1", "privateNetwork"), ("172.32.0.1", "external"),
            ("192.168.1.1", "privateNetwork"), ("100.64.0.1", "privateNetwork"), ("169.254.169.254", "forbidden"),
            ("0.0.0.0", "forbidden"), ("224.0.0.1", "forbidden"), ("255.255.255.255", "forbidden"),
            ("::1", "loopback"), ("::", "forbidden"), ("fe80::1", "forbidden"), ("fc00::1", "privateNetwork"),
            ("fd00:ec2::254", "privateNetwork"), ("2606:4700::1111", "external"), ("::ffff:127.0.0.1", "loopback"),
            ("::ffff:169.254.169.254", "forbidden"), ("64:ff9b::a00:1", "privateNetwork"),
            ("2002:7f00:1::", "loopback"),
            ("2001:db8::1", "forbidden"), ("ff02::1", "forbidden"),
        ])
    func kinds(text: String, kind: String) throws {
        #expect("\(AddressGuard.kind(of: try SocketAddress(ipAddress: text, port: 443)))" == kind)
    }

    @Test(
        "addresses that are not fetched from",
        arguments: [
            "http://example.com/keys", "ftp://example.com", "https://user@example.com/", "https://127.0.0.1:1/keys",
            "https://localhost:1/keys", "https://[::1]:1/keys", "https://169.254.169.254/latest", "https://10.0.0.1/",
            "https:///keys", "https://a b/", "https://example.com:99999/", "https://example.com\\@127.0.0.1/",
        ])
    func refused(url: String) async {
        let fetcher = HTTPKeyFetcher(policy: KeyFetchPolicy())
        await #expect(throws: KeyFetchError.self) { try await fetcher.fetch(url, unlessTagged: nil) }
        await fetcher.shutdown()
    }
}
