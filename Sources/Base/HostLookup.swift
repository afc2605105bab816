private import Foundation

/// Asks the system what a host's name leads to.
package enum HostLookup {
    /// Every address, as text, in the order in which the system would try them; empty where the name leads nowhere. Blocks for as long as the
    /// system's resolver does, so it belongs on a thread of its own. Other ways to write an address (`127.1`, `0x7f000001`) are resolved too.
    package static func addresses(of name: String) -> [String] {
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, nil, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [String] = []
        var next = list
        while let entry = next?.pointee {
            // The longest text of an address has 45 bytes, and a zone behind it at most 17.
            let room = 128
            var text = [CChar](repeating: 0, count: room)
            if getnameinfo(entry.ai_addr, entry.ai_addrlen, &text, socklen_t(room), nil, 0, NI_NUMERICHOST) == 0 {
                let address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                // The system names an address once for each kind of socket.
                if !found.contains(address) { found.append(address) }
            }
            next = entry.ai_next
        }
        return found
    }
}
