import Hummingbird

extension Request {
    /// The whole body.
    /// - Throws: `Problem`, 413, where it has more than `limit` bytes.
    func body(upTo limit: Int) async throws -> [UInt8] {
        var request = self
        do { return Array(try await request.collectBody(upTo: limit).readableBytesView) } catch {
            throw Problem(.contentTooLarge, "body-too-large", "The request's body is too large", "At most \(limit) bytes are taken.")
        }
    }
}
