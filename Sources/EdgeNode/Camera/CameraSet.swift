import Base
import ServiceLifecycle

/// The cameras of a node while it runs: they come, change and go without a restart. Passes on what they report: movement and presence into
/// events, presence into the node's retained state too.
package actor CameraSet: Service {
    private struct Member {
        let unit: CameraUnit
        /// Finished once the camera has ended.
        let ended: AsyncStream<Void>
        let end: AsyncStream<Void>.Continuation
    }

    private let make: @Sendable (CameraSettings) -> CameraUnit
    private let recorder: EventRecorder
    private let starts: AsyncStream<Member>
    private let start: AsyncStream<Member>.Continuation
    private var members: [Member] = []
    private var onChange: @Sendable () async -> Void = {}
    private var onSettled: @Sendable () async -> Void = {}

    /// - Parameter make: Makes a camera that does not run yet.
    package init(_ settings: [CameraSettings], recorder: EventRecorder, make: @escaping @Sendable (CameraSettings) -> CameraUnit) {
        self.make = make
        self.recorder = recorder
        // Bounded by the cameras that a configuration may have.
        (starts, start) = AsyncStream.makeStream()
        members = settings.map { Self.member(make($0)) }
        for member in members { start.yield(member) }
    }

    /// - Parameters:
    ///   - onChange: Called when something has changed that the node's `state` says.
    ///   - onSettled: Called when the hub has said whose the cameras are.
    package func use(onChange: @escaping @Sendable () async -> Void, onSettled: @escaping @Sendable () async -> Void) {
        self.onChange = onChange
        self.onSettled = onSettled
    }

    /// Takes in whose each camera is, by its id: those of other nodes stay off.
    package func settle(owners: [String: String], node: String) async {
        for member in members { member.unit.settle(owner: owners[member.unit.id], node: node) }
        await onSettled()
    }

    /// The cameras in the order of the configuration, new ones behind them.
    package var units: [CameraUnit] { members.map(\.unit) }

    package func unit(_ id: String) -> CameraUnit? { members.first { $0.unit.id == id }?.unit }

    /// Ends when every camera has, after the node began to shut down or the task was cancelled.
    package func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await member in self.starts { group.addTask { await self.run(member) } }
            }
        } onCancelOrGracefulShutdown: {
            self.start.finish()
        }
        // Its own turn to end may come later; a service that has ended before it would count as failed.
        try? await gracefulShutdown()
    }

    /// Adds a camera, or puts one with another source in the place of the one with its id.
    package func put(_ settings: CameraSettings) async {
        let new = Self.member(make(settings))
        if let place = members.firstIndex(where: { $0.unit.id == settings.id }) {
            let old = members[place]
            new.unit.holdBack(old.unit.reader.heldBack)
            members[place] = new
            await Self.stop(old)
        } else {
            members.append(new)
        }
        start.yield(new)
        await onChange()
    }

    /// Ends a camera; nothing happens where there is none.
    package func remove(_ id: String) async {
        guard let place = members.firstIndex(where: { $0.unit.id == id }) else { return }
        let old = members.remove(at: place)
        await Self.stop(old)
        await recorder.cameraWasRemoved(id)
        await onChange()
    }

    /// Gives a camera other settings.
    package func change(_ settings: CameraSettings) async {
        unit(settings.id)?.change(to: settings)
        await onChange()
    }

    private static func member(_ unit: CameraUnit) -> Member {
        let (ended, end) = AsyncStream<Void>.makeStream()
        return Member(unit: unit, ended: ended, end: end)
    }

    private static func stop(_ member: Member) async {
        member.unit.stop()
        for await _ in member.ended {}
    }

    private nonisolated func run(_ member: Member) async {
        let unit = member.unit
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await change in unit.episodes.stream {
                    unit.moves(from: change.startTimestamp, to: change.endTimestamp, isOver: change.phase == .ended)
                    await self.recorder.record(change, camera: unit.id)
                }
            }
            if let gaps = unit.recorder?.events { group.addTask { for await draft in gaps.stream { await self.recorder.record(draft) } } }
            if let sub = unit.sub { group.addTask { for await _ in sub.reader.states.stream {} } }
            group.addTask { for await state in unit.reader.states.stream { await self.tell(state, of: unit.id) } }
            await unit.run()
        }
        member.end.finish()
    }

    private func tell(_ state: CameraState, of camera: String) async {
        if state.isOnline {
            await recorder.cameraCameOnline(camera)
        } else if state.code != CameraReader.heldCode {
            // One that is held back has the id of another node's camera: its events would be that one's.
            await recorder.cameraWentOffline(camera, why: state.reason)
        }
        await onChange()
    }
}
