private import Foundation
import MQTT
private import Protocol

/// Asks Mosquitto's dynamic security plug-in for something and waits for its answers, over a connection that serves nothing else.
actor DynamicSecurityClient {
    struct Answer: Sendable, Decodable {
        struct Content: Sendable, Decodable {
            var clients: [String]?
            var totalCount: Int?
        }

        var command: String?
        var error: String?
        var data: Content?
        var correlationData: String?
    }

    private struct Request: Encodable {
        let commands: [DynamicSecurityCommand]
    }

    private struct Answers: Decodable {
        let responses: [Answer]
    }

    private let client: MQTTClient
    /// Requests without an answer. Every replica's connection gets the answers to all of them, so each is known by a name of its own.
    private var waiting: [String: AsyncStream<Result<[Answer], BrokerError>>.Continuation] = [:]

    /// Seconds until an answer is given up.
    private static let patience = 10

    init(client: MQTTClient) { self.client = client }

    /// After a connection.
    /// - Throws: `BrokerError` where the broker does not let this hub manage rights, `MQTTError` where the connection ends.
    func connected() async throws {
        do throws(MQTTError) { try await client.subscribe([(DynamicSecurity.responses, .atLeastOnce)]) } catch {
            guard case .subscriptionRefused(_, let reason) = error else { throw error }
            throw Self.refusal(reason)
        }
    }

    /// A broker without the plug-in refuses its topics to whoever has no right there, as one with it does.
    private static func refusal(_ reason: MQTTReason) -> BrokerError {
        BrokerError(
            "The broker does not let this hub's user manage rights (\(reason)): allow it the topics of the dynamic security plug-in, or, where "
                + "there is none, set the rights by hand (docs/reference/mqtt.md).")
    }

    func disconnected() {
        for caller in waiting.values { caller.yield(.failure(BrokerError("The connection to the broker ended."))) }
    }

    func received(_ message: MQTTMessage) {
        guard message.topic == DynamicSecurity.responses,
            let answers = try? JSONDecoder().decode(Answers.self, from: Data(message.payload)).responses,
            let name = answers.lazy.compactMap(\.correlationData).first
        else { return }
        waiting[name]?.yield(.success(answers))
    }

    /// Sends commands, which are carried out in their order; one that fails does not keep the others from it.
    /// - Returns: An answer for each.
    /// - Throws: `BrokerError` where none comes or this hub may not ask, `MQTTError` where the request did not reach the broker.
    func send(_ commands: [DynamicSecurityCommand]) async throws -> [Answer] {
        let name = Secret.make()
        guard let payload = NodeJSON.encode(Request(commands: commands.map { $0.marked(name) })) else {
            throw BrokerError("The request for rights cannot be written as JSON.")
        }
        let (answers, continuation) = AsyncStream<Result<[Answer], BrokerError>>.makeStream(bufferingPolicy: .bufferingOldest(1))
        waiting[name] = continuation
        defer { waiting[name] = nil }
        let outcome: MQTTPublishOutcome
        do throws(MQTTError) {
            outcome = try await client.publish(MQTTMessage(topic: DynamicSecurity.commands, payload: payload))
        } catch {
            guard case .refused(let reason) = error else { throw error }
            throw Self.refusal(reason)
        }
        guard outcome == .delivered else {
            throw BrokerError("The broker has no dynamic security plug-in: rights must be set by hand (docs/reference/mqtt.md).")
        }
        let timer = Task {
            try? await Task.sleep(for: .seconds(Self.patience))
            continuation.finish()
        }
        defer { timer.cancel() }
        for await answer in answers { return try answer.get() }
        throw BrokerError(
            "The broker does not answer about rights: it has no dynamic security plug-in, or this hub's user may not use it. "
                + "Rights must then be set by hand (docs/reference/mqtt.md).")
    }

    /// Every user that the plug-in knows.
    func users() async throws -> Set<String> {
        var names: Set<String> = []
        while true {
            let page = try await send([.listClients(from: names.count, count: 500)]).first
            if let error = page?.error { throw BrokerError("The broker does not list its users: \(error).") }
            let more = page?.data?.clients ?? []
            let before = names.count
            names.formUnion(more)
            if more.isEmpty || names.count == before || names.count >= page?.data?.totalCount ?? 0 { return names }
        }
    }
}
