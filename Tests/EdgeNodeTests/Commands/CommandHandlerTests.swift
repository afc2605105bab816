import Base
import MQTT
import Protocol
import Testing

@testable import EdgeNode

@Suite("Command handler")
struct CommandHandlerTests {
    private let handler = CommandHandler(node: "porch", resend: { NodeReply(ok: true, rows: Int($0.since?.microseconds ?? -1)) })

    private func request(_ text: String, responseTopic: String? = "vigilar/node/porch/reply") -> MQTTMessage {
        MQTTMessage(
            topic: "vigilar/node/porch/command", payload: Array(text.utf8), responseTopic: responseTopic, correlationData: [1, 2, 3])
    }

    @Test(
        "every request gets an answer with its correlation data, also one that cannot be carried out",
        arguments: [
            ("{\"command\":\"ping\"}", true), ("{\"command\":\"resend\",\"since\":\"1970-01-01T00:00:01Z\"}", true),
            ("{\"command\":\"resend\"}", false),
            ("{\"command\":\"resend\",\"since\":\"soon\"}", false), ("{\"command\":\"cameras\",\"owners\":{\"a\":\"porch\"}}", true),
            ("{\"command\":\"cameras\"}", false),
            ("{\"command\":\"cameras\",\"owners\":{\"a\":1}}", false), ("{\"command\":\"format-disk\"}", false), ("{}", false), ("", false),
            ("[]", false),
        ])
    func answers(text: String, ok: Bool) async throws {
        let (reply, outcome) = await handler.handle(request(text))
        let message = try #require(reply)
        #expect(message.topic == "vigilar/node/porch/reply")
        #expect(message.correlationData == [1, 2, 3])
        #expect(message.messageExpiry == 30)
        let answer = try NodeJSON.decode(NodeReply.self, from: message.payload)
        #expect(answer.ok == ok)
        #expect((answer.error == nil) == ok)
        #expect(outcome == (ok ? .done : .failed))
        if text.contains("1970") { #expect(answer.rows == 1_000_000) }
    }

    @Test(
        "a request whose answer would go elsewhere is not carried out",
        arguments: [nil, "", "vigilar/node/garden/reply", "vigilar/events/published"])
    func refused(topic: String?) async {
        let (reply, outcome) = await handler.handle(request("{\"command\":\"ping\"}", responseTopic: topic))
        #expect(reply == nil)
        #expect(outcome == .refused)
    }
}
