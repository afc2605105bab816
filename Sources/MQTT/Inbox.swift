/// What libmosquitto's callbacks left behind during one turn of the network loop.
///
/// The callbacks run with a library lock held: they copy and return, and the loop acts on the result once the library has
/// released everything. Used by the network thread alone.
final class Inbox {
    struct Contents {
        /// CONNACK with success; `keepAlive` in seconds and `maximumPacketSize` in bytes if the broker has wishes of its own.
        var accepted: (sessionPresent: Bool, keepAlive: Int?, maximumPacketSize: Int?)?
        var connectionRefusal: MQTTReason?
        var publishAnswers: [(id: Int32, reason: MQTTReason)] = []
        var subscribeAnswers: [(id: Int32, reasons: [MQTTReason])] = []
        var messages: [MQTTMessage] = []
        /// The broker's DISCONNECT, or libmosquitto's own error code.
        var disconnect: Int32?

        var isEmpty: Bool {
            accepted == nil && connectionRefusal == nil && publishAnswers.isEmpty && subscribeAnswers.isEmpty && messages.isEmpty
                && disconnect == nil
        }
    }

    var contents = Contents()

    func take() -> Contents {
        defer { if !contents.isEmpty { contents = Contents() } }
        return contents
    }
}
