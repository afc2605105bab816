import Protocol
import Testing

@Suite("Topics and names")
struct TopicsTests {
    @Test("a node's topics name it and parse back")
    func nodes() {
        let topics = [
            Topics.events(node: "porch"), Topics.acknowledgement(node: "porch"), Topics.state(node: "porch"), Topics.health(node: "porch"),
            Topics.command(node: "porch"), Topics.reply(node: "porch"),
        ]
        #expect(topics.compactMap { Topics.parse(node: $0)?.part } == ["events", "ack", "state", "health", "command", "reply"])
        #expect(topics.allSatisfy { Topics.parse(node: $0)?.node == "porch" })
    }

    @Test(
        "other topics are not a node's",
        arguments: [
            "", "vigilar/node/porch", "vigilar/node/porch/events/x", "vigilar/node//events", "vigilar/node/Porch/events",
            "vigilar/node/+/events",
            "other/node/porch/events", "vigilar/camera/porch/events",
        ])
    func others(topic: String) { #expect(Topics.parse(node: topic) == nil) }

    @Test("ids are 1 to 64 of a-z, 0-9 and -")
    func identifiers() {
        #expect(["a", "0", "-", "porch-2", String(repeating: "x", count: 64)].allSatisfy { Identifier.isValid($0) })
        #expect(!["", "A", "a_b", "ä", "a b", "a/b", "a\0", String(repeating: "x", count: 65)].contains { Identifier.isValid($0) })
    }

    @Test("every known type is a valid one, severities keep their names and order")
    func vocabulary() {
        #expect(EventType.known.allSatisfy { EventType.isValid($0) })
        #expect(Severity.allCases.map(\.name) == ["info", "notice", "warning", "alarm", "critical"])
        #expect(Severity.allCases.allSatisfy { Severity(name: $0.name) == $0 })
        #expect(Severity.allCases == Severity.allCases.sorted())
        #expect(Severity(name: "Info") == nil)
    }
}
