private import Synchronization
import Vision

/// Pictures that wait for the detector: of each camera the newest, since the older one shows what is over. Whoever offers never waits.
package final class SightQueue: Sendable {
    /// What a camera has for the detector.
    package enum Item: Sendable {
        case look(SceneLook, SightSettings, offered: Double)
        /// Its stream is over, or begins anew: what was followed is over.
        case end
    }

    private struct Waiting {
        var look: Item?
        var mustEnd = false
        /// Something moves in it.
        var isUrgent = false
        /// When the first picture was offered that gave way to this one.
        var since = 0.0
    }

    private struct State {
        var waiting: [String: Waiting] = [:]
        /// Counts what was taken, to tell who waits longest.
        var taken = 0
        var served: [String: Int] = [:]
        /// When each camera offered its last picture.
        var offered: [String: Double] = [:]
        var latest = 0.0
        /// Cameras that something is followed on.
        var following: Set<String> = []
        var isFinished = false
        var reader: CheckedContinuation<Void, Never>?

        mutating func take() -> (camera: String, item: Item)? {
            let next = waiting.min { one, other in
                func rank(_ entry: (key: String, value: Waiting)) -> (Int, Int, String) {
                    let isUrgent = entry.value.isUrgent || latest - entry.value.since > SightQueue.patience
                    return (entry.value.mustEnd ? 0 : isUrgent ? 1 : 2, served[entry.key] ?? 0, entry.key)
                }
                return rank(one) < rank(other)
            }
            guard let (camera, entry) = next else { return nil }
            if entry.mustEnd {
                waiting[camera]?.mustEnd = false
                if entry.look == nil {
                    waiting[camera] = nil
                    served[camera] = nil
                }
                return (camera, .end)
            }
            waiting[camera] = nil
            taken += 1
            served[camera] = taken
            return entry.look.map { (camera, $0) }
        }
    }

    /// Seconds after which a picture in which nothing moves is as urgent as one in which something does.
    private static let patience = 5.0

    private let state = Mutex(State())
    private let onDropped: @Sendable (String) -> Void

    /// - Parameter onDropped: Told the camera when a picture of it gave way to a newer one.
    package init(onDropped: @escaping @Sendable (String) -> Void) { self.onDropped = onDropped }

    /// - Parameter uptime: Seconds, from any start: to tell how long it waited.
    package func offer(_ look: SceneLook, of camera: String, settings: SightSettings, at uptime: Double) {
        let (reader, isDropped) = state.withLock { state -> (CheckedContinuation<Void, Never>?, Bool) in
            guard !state.isFinished else { return (nil, false) }
            var waiting = state.waiting[camera] ?? Waiting(since: uptime)
            state.latest = max(state.latest, uptime)
            state.offered[camera] = uptime
            let isDropped = waiting.look != nil
            waiting.look = .look(look, settings, offered: uptime)
            waiting.isUrgent = look.observation.motion
            state.waiting[camera] = waiting
            defer { state.reader = nil }
            return (state.reader, isDropped)
        }
        if isDropped { onDropped(camera) }
        reader?.resume()
    }

    /// A camera's stream is over, or begins anew.
    package func end(_ camera: String) {
        let reader = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.waiting[camera] = Waiting(mustEnd: true)
            state.offered[camera] = nil
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    /// When a camera offered its last picture; nil where it has not.
    package func lastOffer(of camera: String) -> Double? { state.withLock { $0.offered[camera] } }

    /// Whether a picture of another camera waits in which something may be.
    package func hasOthers(than camera: String) -> Bool {
        state.withLock { $0.waiting.contains { $0.key != camera && $0.value.look != nil } }
    }

    /// Whether nothing waits.
    package var isIdle: Bool { state.withLock { $0.waiting.isEmpty } }

    /// Whether something is followed on a camera that moves, so that pictures are wanted.
    package func isFollowing(_ camera: String) -> Bool { state.withLock { $0.following.contains(camera) } }

    package func follow(_ isFollowing: Bool, of camera: String) {
        state.withLock { if isFollowing { $0.following.insert(camera) } else { $0.following.remove(camera) } }
    }

    /// What waits can still be taken; nothing more comes.
    package func finish() {
        let reader = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.isFinished = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    /// The most urgent, once there is one: where something moves before where nothing does, and the camera first that was served the longest time
    /// ago. Nil at the end.
    package func next() async -> (camera: String, item: Item)? {
        while true {
            let (found, isFinished) = state.withLock { ($0.take(), $0.isFinished) }
            if let found { return found }
            if isFinished { return nil }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.isFinished || !state.waiting.isEmpty { return true }
                    state.reader = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }
}
