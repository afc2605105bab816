import Base
private import Foundation
import Synchronization

/// One attempt to connect and, if it succeeds, the connection: a thread that runs libmosquitto's loop, and the calls that wait for it.
///
/// The loop is ours, on `poll`: libmosquitto's own uses `select`, which cannot watch a descriptor above 1,023, and a hub with a
/// thousand open pages has those.
final class Connection: Sendable {
    typealias PublishCaller = CheckedContinuation<Result<MQTTPublishOutcome, MQTTError>, Never>
    typealias SubscribeCaller = CheckedContinuation<Result<[MQTTReason], MQTTError>, Never>

    enum Phase: Sendable { case connecting, connected, leaving, ended }

    struct Subscription: Sendable {
        let token: UInt64
        let caller: SubscribeCaller
        let time: Double
    }

    struct State: Sendable {
        var phase = Phase.connecting
        /// Bytes of the largest packet that both sides allow.
        var maximumPacketSize: Int
        var handle: Handle?
        var window: PublishWindow<PublishCaller>
        var subscriptions: [Int32: Subscription] = [:]
        var nextToken: UInt64 = 0
        var statistics = MQTTStatistics()
        var ending: MQTTError?
        var ended: CheckedContinuation<MQTTError, Never>?

        mutating func token() -> UInt64 {
            nextToken += 1
            return nextToken
        }
    }

    let configuration: MQTTConfiguration
    let events: EventQueue
    let wake: WakeUp
    let state: Mutex<State>
    let clock = SystemClock()

    init(_ configuration: MQTTConfiguration, events: EventQueue) throws(MQTTError) {
        self.configuration = configuration
        self.events = events
        wake = try WakeUp()
        state = Mutex(
            State(maximumPacketSize: configuration.maximumPacketSize, window: PublishWindow(capacity: configuration.maximumInFlight)))
    }

    var isConnected: Bool { state.withLock { $0.phase == .connected } }

    var statistics: MQTTStatistics {
        state.withLock { state in
            var result = state.statistics
            result.inFlight = state.window.inFlight
            result.waiting = state.window.waiting
            return result
        }
    }

    /// Connects and serves the connection; returns why it ended. To be called once.
    func run() async -> MQTTError {
        let thread = Thread { [self] in NetworkLoop(self).run() }
        thread.name = "mqtt"
        thread.stackSize = 512 << 10
        thread.start()
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { [self] in
                guard (try? await Task.sleep(for: .seconds(configuration.connectTimeout))) != nil else { return }
                abandonIfConnecting(.timeout("no connection within \(configuration.connectTimeout) s"))
            }
            let reason = await withCheckedContinuation { continuation in
                let now: MQTTError? = state.withLock { state in
                    if state.phase != .ended { state.ended = continuation }
                    return state.phase == .ended ? state.ending ?? .stopped : nil
                }
                if let now { continuation.resume(returning: now) }
            }
            group.cancelAll()
            return reason
        }
    }

    /// Ends an open connection with a DISCONNECT, and abandons one that is not open yet.
    func stop() {
        let leaving = state.withLock { state in
            if state.phase == .connected { state.phase = .leaving }
            return state.phase == .leaving
        }
        if leaving { wake.signal() } else { abandonIfConnecting(.stopped) }
    }

    /// libmosquitto's connecting blocks and cannot be interrupted. Its thread is left to itself: it owns all that it touches, finds the
    /// phase changed when it comes back, and clears away.
    private func abandonIfConnecting(_ reason: MQTTError) {
        if state.withLock({ $0.phase == .connecting }) { end(reason) }
    }

    /// Marks the connection as over and answers everybody who waits. Only the first call counts.
    func end(_ reason: MQTTError) {
        let (sent, unsent, subscriptions, ended) = state.withLock { state in
            guard state.phase != .ended else {
                return ([PublishCaller](), [PublishCaller](), [Subscription](), CheckedContinuation<MQTTError, Never>?.none)
            }
            state.phase = .ended
            state.ending = reason
            state.handle = nil
            let (sent, unsent) = state.window.removeAll()
            let subscriptions = Array(state.subscriptions.values)
            state.subscriptions = [:]
            state.statistics.lost += sent.count
            defer { state.ended = nil }
            return (sent, unsent, subscriptions, state.ended)
        }
        for caller in sent { caller.resume(returning: .failure(.connectionLost)) }
        for caller in unsent { caller.resume(returning: .failure(.notConnected)) }
        for subscription in subscriptions { subscription.caller.resume(returning: .failure(.connectionLost)) }
        wake.signal()
        ended?.resume(returning: reason)
    }
}
