/// What an upload sends, asked for piece by piece by one reader.
struct UploadPieces: AsyncSequence, AsyncIteratorProtocol, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    /// Nil at the end.
    let produce: @Sendable () async throws -> [UInt8]?

    func makeAsyncIterator() -> UploadPieces { self }
    mutating func next() async throws -> [UInt8]? { try await produce() }
}
