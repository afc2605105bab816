import MQTT
import Synchronization

/// What a client told so far.
final class EventLog: Sendable {
    private let events = Mutex<[MQTTEvent]>([])

    func append(_ event: MQTTEvent) { events.withLock { $0.append(event) } }

    var messages: [MQTTMessage] {
        events.withLock { $0.compactMap { if case .message(let message) = $0 { message } else { nil } } }
    }

    /// For every connection, whether a session was present.
    var connections: [Bool] {
        events.withLock { $0.compactMap { if case .connected(let present) = $0 { present } else { nil } } }
    }

    var failures: [MQTTError] {
        events.withLock { $0.compactMap { if case .disconnected(let error) = $0 { error } else { nil } } }
    }
}

extension Result where Failure == any Error {
    /// As `init(catching:)`, for an asynchronous body.
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
