import NIOHTTP1

/// What the head of a request says about the bytes after it, once it is certain that it says one thing only.
///
/// The decoder below is lenient where RFC 9112 lets it be. A gateway in front may be lenient differently, and then one
/// caller's bytes become another's request; so whatever could be read in two ways is refused here.
struct RequestFraming {
    /// How many bytes of body are announced; `nil` for a chunked body.
    private(set) var contentLength: Int? = 0

    /// Whether the caller waits for `100 Continue` before it sends the body.
    private(set) var expectsContinue = false

    /// Whether the caller offers to change to another protocol.
    ///
    /// The decoder reads nothing after such a request.
    private(set) var offersUpgrade = false

    /// Reads the head of a request.
    static func read(
        _ head: HTTPRequestHead, limits: ListenerLimits
    ) -> Result<RequestFraming, TransportFailure> {
        guard head.version.major == 1 else { return .failure(.unsupportedVersion) }
        // `#` begins a fragment, which never travels; the rest is not printable ASCII (RFC 3986, 2).
        for byte in head.uri.utf8 where byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: "#") {
            return .failure(.malformedRequest(.target))
        }

        var framing = RequestFraming()
        var hosts = 0
        var lengths = 0
        var codings = 0
        var bytes = head.uri.utf8.count + 16
        for (name, value) in head.headers {
            bytes += name.utf8.count + value.utf8.count + 4
            // A folded line arrives with its line break inside the value.
            for byte in value.utf8 where byte < 0x20 && byte != 0x09 || byte == 0x7F {
                return .failure(.malformedRequest(.fieldValue))
            }
            switch name.utf8.count {
            case 4 where name.equalsIgnoringASCIICase("host"):
                hosts += 1
            case 6 where name.equalsIgnoringASCIICase("expect"):
                // HTTP/1.0 has no expectations (RFC 9110, 10.1.1).
                if head.version.minor == 0 { continue }
                guard value.equalsIgnoringASCIICase("100-continue") else { return .failure(.expectationFailed) }
                framing.expectsContinue = true
            case 7 where name.equalsIgnoringASCIICase("upgrade"):
                framing.offersUpgrade = true
            case 14 where name.equalsIgnoringASCIICase("content-length"):
                lengths += 1
                guard let length = digits(value) else { return .failure(.malformedRequest(.contentLength)) }
                framing.contentLength = length
            case 17 where name.equalsIgnoringASCIICase("transfer-encoding"):
                codings += 1
                guard value.equalsIgnoringASCIICase("chunked") else { return .failure(.unsupportedTransferEncoding) }
                framing.contentLength = nil
            default:
                break
            }
        }
        if bytes > limits.headerBytes { return .failure(.headersTooLarge(limit: limits.headerBytes)) }
        if lengths > 1 { return .failure(.malformedRequest(.contentLength)) }
        if codings > 1 || codings == 1 && (lengths > 0 || head.version.minor == 0) {
            return .failure(.malformedRequest(.framing))
        }
        // RFC 9112, 3.2. An HTTP/1.0 caller may leave it out.
        if hosts > 1 || hosts == 0 && head.version.minor > 0 { return .failure(.malformedRequest(.host)) }
        if let length = framing.contentLength {
            if length > limits.bodyBytes { return .failure(.bodyTooLarge(limit: limits.bodyBytes)) }
            if length == 0 { framing.expectsContinue = false }
        }
        framing.offersUpgrade = framing.offersUpgrade || head.method == .CONNECT
        return .success(framing)
    }

    /// The number that a string of digits writes; `nil` for anything else.
    ///
    /// A number past `Int` reads as `Int.max`.
    private static func digits(_ text: String) -> Int? {
        guard !text.isEmpty else { return nil }
        var number = 0
        for byte in text.utf8 {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (tenfold, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            // Once at the maximum it stays there: ten times as much overflows again.
            number = overflow || carry ? Int.max : sum
        }
        return number
    }
}

extension TransportFailure: Error {}
