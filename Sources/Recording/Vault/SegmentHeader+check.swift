private import Protocol

extension SegmentHeader {
    /// What holds for every header, written or read.
    func check() throws(RecordingError) {
        guard encoded.count <= Self.fixedLength + Self.maximumLength else {
            throw Self.malformed("it has more than \(Self.maximumLength) bytes: name fewer recipients")
        }
        guard [identity.site, identity.node, identity.camera].allSatisfy({ Identifier.isValid($0) }) else {
            throw Self.malformed("a site's, node's or camera's id \(Identifier.rule)")
        }
        guard identity.segment.isNodeMade else { throw Self.malformed("the segment's id is no UUIDv7") }
        guard previous.map({ $0.count == ChunkedEncryption.commitmentLength }) ?? true else {
            throw Self.malformed("the previous segment's commitment does not have \(ChunkedEncryption.commitmentLength) bytes")
        }
    }

    static func malformed(_ what: String) -> RecordingError { RecordingError(.malformed, "a segment's header is not sound: \(what)") }
}
