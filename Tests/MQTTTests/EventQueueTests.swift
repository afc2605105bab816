import Testing

@testable import MQTT

@Suite
struct EventQueueTests {
    private func message(_ size: Int = 1) -> MQTTEvent { .message(MQTTMessage(topic: "t", payload: [UInt8](repeating: 0, count: size))) }

    @Test("A full queue drops messages and keeps what says how the connection is")
    func bound() async {
        let queue = EventQueue(messageBound: 2, byteBound: 1 << 20)
        queue.append([message(), message(), message(), .disconnected(.connectionLost), message(), .connected(sessionPresent: true)])
        #expect(queue.dropped == 2)
        queue.finish()
        var kinds: [Character] = []
        while let event = await queue.next() {
            switch event {
            case .message: kinds.append("m")
            case .connected: kinds.append("c")
            case .disconnected: kinds.append("d")
            }
        }
        #expect(kinds == ["m", "m", "d", "c"])
    }

    @Test("Bytes are bounded too, and room comes back as the reader reads")
    func bytes() async {
        let queue = EventQueue(messageBound: 100, byteBound: 3000)
        queue.append([message(1500), message(1500)])
        #expect(queue.dropped == 1)
        _ = await queue.next()
        queue.append([message(1500)])
        #expect(queue.dropped == 1)
    }

    @Test("Thousands of connection events that nobody reads do not pile up; the newest stays")
    func connectionEvents() async {
        let queue = EventQueue(messageBound: 2, byteBound: 3000)
        for _ in 0..<5000 { queue.append([.connected(sessionPresent: false), .disconnected(.connectionLost)]) }
        queue.append([.connected(sessionPresent: true)])
        queue.finish()
        var count = 0
        var last: MQTTEvent?
        while let event = await queue.next() {
            count += 1
            last = event
        }
        #expect(count <= 64)
        guard case .connected(sessionPresent: true) = last else { return #expect(Bool(false), "\(String(describing: last))") }
    }

    @Test("A reader that waits is woken by an event, by the end, and by its own cancellation")
    func wakes() async {
        let queue = EventQueue(messageBound: 2, byteBound: 3000)
        async let first = queue.next()
        queue.append([message()])
        #expect(await first != nil)
        let waiting = Task { await queue.next() }
        waiting.cancel()
        #expect(await waiting.value == nil)
        async let last = queue.next()
        queue.finish()
        #expect(await last == nil)
    }
}
