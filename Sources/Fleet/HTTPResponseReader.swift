/// Takes an HTTP/1.1 response apart as it comes: the head, then the body without its chunk framing.
struct HTTPResponseReader {
    private enum Framing { case head, chunkSize, chunk(Int), chunkEnd, plain, over }

    private(set) var status = 0
    private(set) var headers: [(name: String, value: String)] = []
    private var framing = Framing.head
    private var pending: [UInt8] = []

    var hasHead: Bool { status != 0 }
    var isOver: Bool { if case .over = framing { true } else { false } }

    /// Takes bytes of the connection, gives bytes of the body.
    mutating func take(_ bytes: [UInt8]) -> [UInt8] {
        pending += bytes
        var body: [UInt8] = []
        var position = 0
        loop: while position < pending.count {
            switch framing {
            case .head, .chunkSize, .chunkEnd:
                guard let end = pending[position...].firstIndex(of: UInt8(ascii: "\n")) else { break loop }
                let line = String(decoding: pending[position..<end].filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
                position = end + 1
                read(line)
            case .chunk(let left):
                let count = min(left, pending.count - position)
                body += pending[position..<position + count]
                position += count
                framing = count == left ? .chunkEnd : .chunk(left - count)
            case .plain:
                body += pending[position...]
                position = pending.count
            case .over: break loop
            }
        }
        pending.removeFirst(position)
        return body
    }

    private mutating func read(_ line: String) {
        switch framing {
        case .head where !hasHead: status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? -1
        case .head where line.isEmpty:
            let isChunked = headers.contains { $0.name == "transfer-encoding" && $0.value == "chunked" }
            framing = isChunked ? .chunkSize : .plain
        case .head:
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers.append((parts[0].lowercased(), String(parts[1].drop { $0 == " " }))) }
        case .chunkSize:
            let size = Int(line.prefix { $0 != ";" }, radix: 16) ?? 0
            framing = size == 0 ? .over : .chunk(size)
        default: framing = .chunkSize
        }
    }
}
