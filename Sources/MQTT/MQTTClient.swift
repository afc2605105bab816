private import Base
package import Logging
import ServiceLifecycle
private import Synchronization

/// A client of an MQTT 5 broker over libmosquitto.
///
/// `run` keeps a connection up; `events` tells what happens on it; `publish` and `subscribe` work while it is up and fail at once while
/// it is not. Subscriptions are the caller's to repeat on every `connected`.
package final class MQTTClient: Service, Sendable {
    private struct State: Sendable {
        var connection: Connection?
        var stopping = false
        var totals = MQTTStatistics()
    }

    /// For one reader. At the bound of the configuration further messages are dropped and counted: end-to-end acknowledgements cover
    /// them. Connection events are never dropped. Ends when `run` does.
    package let events: AsyncStream<MQTTEvent>
    private let queue: EventQueue
    private let configuration: MQTTConfiguration
    private let logger: Logger
    private let state = Mutex(State())

    package init(_ configuration: MQTTConfiguration, logger: Logger) {
        let queue = EventQueue(messageBound: configuration.incomingBound, byteBound: configuration.incomingByteBound)
        self.queue = queue
        self.configuration = configuration
        self.logger = logger
        events = AsyncStream(unfolding: { await queue.next() })
    }

    /// True between the broker's acceptance of a connection and its end.
    package var isConnected: Bool { state.withLock { $0.connection }?.isConnected ?? false }

    package var statistics: MQTTStatistics {
        let (totals, connection) = state.withLock { ($0.totals, $0.connection) }
        var result = totals
        if let connection { result.add(connection.statistics) }
        result.dropped = queue.dropped
        return result
    }

    /// Connects, and connects again after a jittered, growing wait, until the task is cancelled or a graceful shutdown begins; then
    /// ends with a DISCONNECT. To be called once.
    package func run() async throws {
        try configuration.validate()
        await withGracefulShutdownHandler {
            await withTaskCancellationHandler {
                await keepConnected()
            } onCancel: {
                stop()
            }
        } onGracefulShutdown: {
            self.stop()
        }
        queue.finish()
    }

    /// Publishes, after waiting for a place among those in flight if need be.
    /// - Returns: After the broker's PUBACK; for QoS 0 once the message is handed over.
    /// - Throws: `notConnected` at once without a connection; `connectionLost` when it ends before the PUBACK, in which case the message
    ///   may have arrived but is not sent again; `refused` with the broker's reason.
    @discardableResult
    package func publish(_ message: MQTTMessage) async throws(MQTTError) -> MQTTPublishOutcome {
        guard message.packetSize <= configuration.maximumPacketSize else { throw .packetTooLarge(bytes: message.packetSize) }
        guard let connection = state.withLock({ $0.connection }) else { throw .notConnected }
        return try await connection.publish(message).get()
    }

    /// Subscribes for the life of the connection.
    /// - Throws: `subscriptionRefused` with the first filter that the broker refused.
    package func subscribe(_ filters: [(filter: String, qos: MQTTQoS)]) async throws(MQTTError) {
        guard let connection = state.withLock({ $0.connection }) else { throw .notConnected }
        for qos in MQTTQoS.allCases {
            let names = filters.filter { $0.qos == qos }.map(\.filter)
            guard !names.isEmpty else { continue }
            let reasons = try await connection.subscribe(names, qos: qos).get()
            guard reasons.count == names.count else { throw .library("a SUBACK with \(reasons.count) answers to \(names.count) filters") }
            for (name, reason) in zip(names, reasons) where reason.isFailure {
                throw .subscriptionRefused(filter: name, reason: reason)
            }
        }
    }

    private func stop() {
        let connection = state.withLock { state in
            state.stopping = true
            return state.connection
        }
        connection?.stop()
    }

    private func keepConnected() async {
        var backoff = Backoff(base: configuration.reconnectDelay.lowerBound, maximum: configuration.reconnectDelay.upperBound)
        var lastReason: MQTTError?
        let clock = SystemClock()
        var failures = 0
        while true {
            let start = clock.uptime
            let configuration = configuration.turn(failures)
            let (reason, connected) = await connectOnce(configuration)
            if !connected { failures += 1 }
            guard !state.withLock({ $0.stopping }) else { return }
            queue.append([.disconnected(reason)])
            // The same failure again and again is one piece of news.
            logger.log(
                level: reason == lastReason && !connected ? .debug : .warning, "no connection to the MQTT broker",
                metadata: ["broker": "\(configuration)", "reason": "\(reason)"])
            lastReason = reason
            // A connection that is ended again at once (a second client with our identifier, say) must not bring a storm.
            if connected, clock.uptime - start > configuration.reconnectDelay.upperBound { backoff.reset() }
            let delay = backoff.next()
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(delay)) }
        }
    }

    private func connectOnce(_ configuration: MQTTConfiguration) async -> (reason: MQTTError, connected: Bool) {
        do {
            let connection = try Connection(configuration, events: queue)
            let go = state.withLock { state in
                if !state.stopping { state.connection = connection }
                return !state.stopping
            }
            guard go else { return (.stopped, false) }
            let reason = await connection.run()
            let statistics = connection.statistics
            state.withLock { state in
                state.connection = nil
                state.totals.add(statistics)
                if statistics.connections == 0 { state.totals.failedAttempts += 1 }
            }
            // Over TLS 1.3 a broker judges the client's certificate after the client's own handshake is done, and just hangs up.
            if statistics.connections == 0, reason == .connectionLost, configuration.security != nil {
                return (.security("the broker hung up before it answered: this client's certificate may have ended or be revoked"), false)
            }
            return (reason, statistics.connections > 0)
        } catch {
            state.withLock { $0.totals.failedAttempts += 1 }
            return (error, false)
        }
    }
}
