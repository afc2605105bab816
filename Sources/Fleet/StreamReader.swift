/// Takes a stream of server-sent events apart (WHATWG HTML, section 9.2.6), as far as this hub uses the format.
struct StreamReader {
    struct Message: Hashable {
        var event = "message"
        var id: String?
        var data: [UInt8] = []
    }

    private var line: [UInt8] = []
    private var message = Message()

    mutating func take(_ bytes: [UInt8]) -> [Message] {
        var out: [Message] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                line.append(byte)
                continue
            }
            if line.isEmpty {
                if !message.data.isEmpty || message.id != nil { out.append(message) }
                message = Message()
            } else if let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0 {
                let value = line[(colon + 1)...].drop { $0 == UInt8(ascii: " ") }
                switch String(decoding: line[..<colon], as: UTF8.self) {
                case "event": message.event = String(decoding: value, as: UTF8.self)
                case "id": message.id = String(decoding: value, as: UTF8.self)
                case "data": message.data += value
                default: break
                }
            }
            line.removeAll(keepingCapacity: true)
        }
        return out
    }
}
