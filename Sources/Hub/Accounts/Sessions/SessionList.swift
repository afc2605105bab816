private import Base
private import Protocol
private import Trust

/// Sessions and tokens as they stand in answers. An id is the hash that the store has: it opens nothing.
enum SessionList {
    /// - Parameter own: The hash of the session that asks.
    static func json(_ sessions: [SessionRecord], own: [UInt8]) -> [UInt8] {
        var out = Array("{\"items\":[".utf8)
        for (index, session) in sessions.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            append(session, own: own, to: &out)
        }
        return out + Array("],\"next\":null}".utf8)
    }

    static func append(_ session: SessionRecord, own: [UInt8], to out: inout [UInt8]) {
        out += Array("{\"id\":\"\(Hexadecimal.encode(session.tokenHash))\",\"kind\":\"\(session.kind.rawValue)\",\"label\":".utf8)
        JSONText.append(session.label, to: &out)
        out += Array(",\"address\":".utf8)
        JSONText.append(session.address, to: &out)
        out += Array(
            (",\"created_at\":\"\(session.createdAt.rfc3339)\",\"used_at\":\"\(session.usedAt.rfc3339)\","
                + "\"expires_at\":\"\(session.expiresAt.rfc3339)\",\"is_this\":\(session.tokenHash == own),\"grants\":").utf8)
        GrantList.append(session.grants, to: &out)
        out.append(UInt8(ascii: "}"))
    }
}
