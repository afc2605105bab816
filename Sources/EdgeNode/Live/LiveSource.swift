import Base
import Protocol

/// What one viewer, the hub, is sent of a camera: for as long as it takes it.
actor LiveSource {
    /// Seconds without a picture after which the hub is told why there is none.
    private static let silence = 5.0
    /// Bytes that are handed out at once, about.
    private static let step = 64 << 10

    private let tap: LiveTap
    private let number: Int
    private let backlog: GroupBacklog<LivePacket>
    private let pace: UploadPace
    private let clock: any WallClock
    /// Why there is no picture; empty where there is no reason.
    private let problem: @Sendable () -> String
    private var transcript: any LiveTranscript
    private var waiting: ArraySlice<LivePacket> = []
    private var hasEnded = false
    /// Pieces that were asked for so far: whether the hub still takes any.
    private(set) var asked: Int64 = 0

    init(
        _ tap: LiveTap, _ transcript: any LiveTranscript, pace: UploadPace, clock: any WallClock, problem: @escaping @Sendable () -> String
    ) {
        self.tap = tap
        self.transcript = transcript
        self.pace = pace
        self.clock = clock
        self.problem = problem
        (number, backlog) = tap.join()
    }

    /// Nil at the end.
    func next() async throws -> [UInt8]? {
        asked += 1
        let began = clock.uptime
        var out: [UInt8] = []
        while out.isEmpty {
            if waiting.isEmpty {
                guard !hasEnded else { return nil }
                guard let packets = try await packets() else {
                    out = LiveRecord(.notice, time: clock.now, content: Array(problem().utf8)).bytes
                    break
                }
                if packets.isEmpty { return nil }
                waiting = packets[...]
            }
            var transcript = transcript
            while let packet = waiting.popFirst() {
                out += await transcript.records(of: packet, isLast: waiting.isEmpty && backlog.count == 0)
                if out.count >= Self.step { break }
            }
            self.transcript = transcript
            // Pictures come, and nothing is made of them yet: that is no silence of the connection.
            if out.isEmpty, clock.uptime - began >= Self.silence {
                out = LiveRecord(.notice, time: clock.now, content: Array(problem().utf8)).bytes
            }
        }
        try await pace.wait(for: out.count)
        pace.note(sent: out.count)
        return out
    }

    /// What waits; empty at the end, nil where nothing came for a while.
    private func packets() async throws -> [LivePacket]? {
        let backlog = backlog
        return try await withThrowingTaskGroup(of: [LivePacket]?.self) { group in
            group.addTask { await backlog.next() ?? [] }
            group.addTask {
                try await Task.sleep(for: .seconds(Self.silence))
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    func end() {
        hasEnded = true
        tap.leave(number)
    }

    /// What is sent, as a sequence for one reader.
    nonisolated var pieces: UploadPieces { UploadPieces { try await self.next() } }
}
