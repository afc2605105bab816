import Base
import Synchronization
import Testing

/// How far a slow reader falls behind, and what it loses then.
@Suite struct GroupBacklogTests {
    private func backlog(byteLimit: Int = 1000, lag: Double = 1) -> GroupBacklog<String> { GroupBacklog(byteLimit: byteLimit, lag: lag) }

    @Test("A reader that keeps up gets everything in order, and nothing ahead of the first group")
    func order() async throws {
        let backlog = backlog()
        backlog.send("lost", .following, bytes: 1, at: 0)
        backlog.send("K1", .opening, bytes: 1, at: 0)
        backlog.send("a", .following, bytes: 1, at: 0.1)
        #expect(await backlog.next() == ["K1", "a"])
        backlog.send("b", .following, bytes: 1, at: 5)
        backlog.send("K2", .opening, bytes: 1, at: 5.1)
        #expect(await backlog.next() == ["b", "K2"])
        #expect(backlog.dropped == 1)
    }

    @Test("One that is behind goes on at the newest group, and keeps what is for itself")
    func jump() async throws {
        let backlog = backlog()
        backlog.send("start", .kept, bytes: 1, at: 0)
        backlog.send("K1", .opening, bytes: 1, at: 0)
        backlog.send("a", .following, bytes: 1, at: 0.5)
        backlog.send("K2", .opening, bytes: 1, at: 0.9)
        backlog.send("K3", .opening, bytes: 1, at: 2)
        backlog.send("c", .following, bytes: 1, at: 2.1)
        #expect(await backlog.next() == ["start", "K3", "c"])
        #expect(backlog.dropped == 3)
    }

    @Test("Bytes are bounded: a group that does not fit is dropped to its end")
    func bounded() async throws {
        let backlog = backlog(byteLimit: 10)
        backlog.send("K1", .opening, bytes: 6, at: 0)
        backlog.send("a", .following, bytes: 6, at: 0.1)
        backlog.send("b", .following, bytes: 1, at: 0.2)
        backlog.send("K2", .opening, bytes: 9, at: 0.3)
        #expect(await backlog.next() == ["K2"])
        backlog.send("huge", .opening, bytes: 11, at: 0.4)
        backlog.send("d", .following, bytes: 1, at: 0.5)
        backlog.send("K3", .opening, bytes: 10, at: 0.6)
        #expect(await backlog.next() == ["K3"])
    }

    @Test("What is for itself is bounded as well: the newest of it stays")
    func boundedAlone() async throws {
        let backlog = backlog(byteLimit: 10)
        for number in 1...4 { backlog.send("start\(number)", .kept, bytes: 4, at: Double(number)) }
        backlog.send("other", .kept, lane: 1, bytes: 4, at: 5)
        #expect(await backlog.next() == ["start3", "start4", "other"])
        #expect(backlog.dropped == 2)
        backlog.send("K1", .opening, bytes: 9, at: 6)
        backlog.send("start5", .kept, bytes: 4, at: 6)
        backlog.send("a", .following, bytes: 1, at: 6)
        #expect(await backlog.next() == ["start5"], "what follows lacks what it refers to")
        backlog.send("huge", .kept, bytes: 11, at: 7)
        backlog.send("K2", .opening, bytes: 1, at: 7)
        #expect(await backlog.next() == ["K2"])
    }

    @Test("Whoever made it is told how much was dropped, when it is")
    func told() {
        let told = Mutex<[Int]>([])
        let backlog = GroupBacklog<String>(byteLimit: 10, lag: 1) { count in told.withLock { $0.append(count) } }
        backlog.send("lost", .following, bytes: 1, at: 0)
        for number in 0..<4 { backlog.send("K\(number)", .opening, bytes: 2, at: 0.1) }
        #expect(told.withLock { $0 } == [1])
        backlog.send("K4", .opening, bytes: 2, at: 2)
        #expect(told.withLock { $0 } == [1, 4])
        backlog.send("huge", .kept, bytes: 11, at: 2)
        #expect(told.withLock { $0 } == [1, 4, 2])
        #expect(backlog.dropped == 7)
    }

    @Test("A lane loses nothing because of another")
    func lanes() async throws {
        let backlog = backlog()
        backlog.send("A1", .opening, lane: 0, bytes: 1, at: 0)
        backlog.send("B1", .opening, lane: 1, bytes: 1, at: 0)
        backlog.send("A2", .opening, lane: 0, bytes: 1, at: 3)
        backlog.interrupt(lane: 0)
        backlog.send("lost", .following, lane: 0, bytes: 1, at: 3.1)
        backlog.send("b", .following, lane: 1, bytes: 1, at: 3.1)
        #expect(await backlog.next() == ["B1", "A2", "b"])
    }

    @Test("It ends when it is finished, and when the reader's task is cancelled")
    func ends() async throws {
        let backlog = backlog()
        let reader = Task { await backlog.next() }
        reader.cancel()
        #expect(await reader.value == nil)
        let other = Task { await backlog.next() }
        backlog.send("K", .opening, bytes: 1, at: 0)
        #expect(await other.value == ["K"])
        backlog.send("L", .opening, bytes: 1, at: 0)
        backlog.finish()
        backlog.send("late", .opening, bytes: 1, at: 0)
        #expect(await backlog.next() == ["L"])
        #expect(await backlog.next() == nil)
    }
}
