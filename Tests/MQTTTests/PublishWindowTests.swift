import Testing

@testable import MQTT

@Suite
struct PublishWindowTests {
    private let message = MQTTMessage(topic: "t", payload: [])

    @Test("Messages go out in the order in which they came, as places become free")
    func order() {
        var window = PublishWindow<String>(capacity: 2)
        #expect(window.sent(id: 1, token: 1, caller: "a", at: 5) == nil)
        #expect(window.sent(id: 2, token: 2, caller: "b", at: 4) == nil)
        #expect(!window.hasPlace)
        window.enqueue(message, token: 3, caller: "c")
        window.enqueue(message, token: 4, caller: "d")
        #expect(window.dequeue() == nil)
        #expect(window.oldest == 4)
        #expect(window.complete(id: 2) == "b")
        #expect(!window.hasPlace, "nobody overtakes those who wait")
        #expect(window.dequeue()?.caller == "c")
        #expect(window.sent(id: 3, token: 3, caller: "c", at: 6) == nil)
        #expect(window.dequeue() == nil)
        #expect(window.inFlight == 2 && window.waiting == 1)
    }

    @Test("An answer that nobody waits for is ignored, and comes only once")
    func unknown() {
        var window = PublishWindow<String>(capacity: 2)
        #expect(window.complete(id: 7) == nil)
        _ = window.sent(id: 7, token: 1, caller: "a", at: 0)
        #expect(window.complete(id: 7) == "a")
        #expect(window.complete(id: 7) == nil)
    }

    @Test("A cancelled message that is out keeps its place until its answer; one that waits gives it up")
    func cancel() {
        var window = PublishWindow<String>(capacity: 1)
        _ = window.sent(id: 1, token: 1, caller: "a", at: 0)
        window.enqueue(message, token: 2, caller: "b")
        window.enqueue(message, token: 3, caller: "c")
        #expect(window.cancel(token: 2) == "b")
        #expect(window.cancel(token: 1) == "a")
        #expect(window.cancel(token: 1) == nil)
        #expect(window.inFlight == 1)
        #expect(window.complete(id: 1) == nil)
        #expect(window.dequeue()?.caller == "c")
    }

    @Test("A packet identifier that comes round again gives up the caller it stood for")
    func reused() {
        var window = PublishWindow<String>(capacity: 2)
        _ = window.sent(id: 1, token: 1, caller: "a", at: 0)
        #expect(window.sent(id: 1, token: 2, caller: "b", at: 0) == "a")
        #expect(window.complete(id: 1) == "b")
    }

    @Test("The end of a connection returns everybody, and tells who was out")
    func end() {
        var window = PublishWindow<String>(capacity: 1)
        _ = window.sent(id: 1, token: 1, caller: "a", at: 0)
        window.enqueue(message, token: 2, caller: "b")
        let (sent, unsent) = window.removeAll()
        #expect(sent == ["a"] && unsent == ["b"])
        #expect(window.hasPlace && window.oldest == nil)
    }
}
