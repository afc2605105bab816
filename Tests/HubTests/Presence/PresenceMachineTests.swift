import Base
import Foundation
import Protocol
import TestSupport
import Testing

@testable import Hub

@Suite struct PresenceMachineTests {
    @Test func `A node that falls silent is away after 35 s, since its last sign of life, and its return ends that event`() throws {
        var script = PresenceScript()
        script.state(.online, cameras: [NodeCamera(id: "porch-cam", name: "Porch", online: true)])
        script.wait(15)
        script.health()
        script.wait(34)
        #expect(script.told == [])
        script.wait(1)
        #expect(script.told == ["node_offline 1"])
        let offline = script.events[0]
        #expect(script.seconds(offline.ts) == 15)
        #expect(offline.severity == .warning)
        #expect(offline.sourceID == "porch")
        #expect(offline.site == "home")
        #expect(offline.id == EventID(subject: "porch", transition: 1))
        let payload = try JSONObject(Array(offline.payload.utf8))
        #expect(payload.string("node") == "porch")
        #expect(try payload.object("why")?.string("text") == "there was no sign of life for 35 s")
        #expect(offline.payload.contains("\"cameras\":[\"porch-cam\"]"))
        script.wait(100)
        #expect(script.told == ["node_offline 1"])
        script.health()
        #expect(script.told == ["node_offline 1", "node_offline 2 ended", "node_online 1 ended"])
        #expect(script.events[1].id == offline.id)
        #expect(script.events[1].ts == offline.ts)
        #expect(script.seconds(try #require(script.events[1].endTS)) == 150)
        let online = script.events[2]
        #expect(online.id == EventID(subject: "porch", transition: 2))
        #expect(online.severity == .info)
        #expect(script.seconds(online.ts) == 150)
        #expect(try JSONObject(Array(online.payload.utf8)).string("offline") == offline.id.description)
        #expect(script.porch.transition == 2)
        #expect(script.porch.isOnline)
    }

    @Test func `Two processes that speak for one node in turns are told as a copy, once an hour; restarts are not`() throws {
        var script = PresenceScript()
        for instance in ["porch/1", "porch/1", "porch/2", "porch/3"] { script.state(.online, instance: instance) }
        script.state(.online, isRetained: true, instance: "porch/1")
        #expect(script.told == [])
        for instance in ["attic/9", "porch/3", "attic/9", "porch/3"] { script.state(.online, instance: instance) }
        #expect(script.told == ["system 1 ended"])
        let copied = script.events[0]
        #expect(copied.severity == .alarm && copied.sourceID == "porch")
        let payload = try JSONObject(Array(copied.payload.utf8)).object("copied")
        #expect(payload?.string("node") == "porch")
        #expect(copied.payload.contains("[\"attic/9\",\"porch/3\"]"))
        for _ in 0..<3600 / 15 {
            script.wait(15)
            script.health()
        }
        script.state(.online, instance: "attic/9")
        #expect(script.told == ["system 1 ended", "system 1 ended"])
        #expect(script.events[1].id != copied.id)
    }

    @Test func `Why a camera stays off is kept, shortened where it is endless`() {
        var script = PresenceScript()
        let endless = String(repeating: "x", count: 1000)
        script.state(
            .online,
            cameras: [
                NodeCamera(id: "a", name: "A", online: false, problem: "another's"),
                NodeCamera(id: "b", name: "B", online: false, problem: endless),
            ])
        #expect(script.porch.state?.cameras?.map(\.problem) == ["another's", String(endless.prefix(256))])
    }

    @Test(arguments: [false, true])
    func `A node that was never heard but left is away, and no news, neither then nor when it appears`(_ isRetained: Bool) throws {
        var script = PresenceScript()
        script.wait(100)
        #expect(script.rows.isEmpty)
        script.state(.offline, isRetained: isRetained)
        let row = try #require(script.rows["porch"])
        #expect(!row.isOnline && row.why == NodePresence.Cause.left.text)
        #expect(script.seconds(row.since) == 100)
        script.wait(50)
        script.state(.offline, isRetained: true)
        #expect(script.rows["porch"] == row)
        script.health()
        #expect(script.told == [])
        #expect(script.porch.isOnline && script.porch.why == nil)
        #expect(script.seconds(script.porch.since) == 150)
        script.wait(35)
        #expect(script.told == ["node_offline 1"])
        #expect(script.events[0].id == EventID(subject: "porch", transition: 1))
    }

    @Test func `A last will makes it faster, and the next sign of life ends it`() {
        var script = PresenceScript()
        script.health()
        script.wait(16)
        script.state(.offline)
        #expect(script.told == ["node_offline 1"])
        #expect(script.seconds(script.events[0].ts) == 0)
        script.state(.offline)
        script.wait(60)
        #expect(script.told == ["node_offline 1"])
        script.state(.online)
        #expect(script.told == ["node_offline 1", "node_offline 2 ended", "node_online 1 ended"])
    }

    @Test func `What the broker kept proves no life`() {
        var script = PresenceScript()
        script.health()
        script.wait(20)
        script.state(.online, isRetained: true, cameras: [NodeCamera(id: "a", name: "A", online: true)])
        #expect(script.porch.state?.cameras?.count == 1)
        script.wait(15)
        #expect(script.told == ["node_offline 1"])
        script.state(.online, isRetained: true)
        #expect(script.told == ["node_offline 1"])
    }

    @Test func `A kept absence counts only of a node that has not been heard on this connection`() {
        var script = PresenceScript(isListening: false)
        script.health()
        script.state(.offline, isRetained: true)
        #expect(script.told == [])
        script.take(.disconnected)
        script.state(.offline, isRetained: true)
        #expect(script.told == ["node_offline 1"])
    }

    @Test func `Nobody is judged while the broker is away, and afterwards everybody has full patience`() {
        var script = PresenceScript(["porch", "yard"])
        script.health("porch")
        script.health("yard")
        script.wait(10)
        script.take(.disconnected)
        script.wait(3600)
        #expect(script.told == [])
        script.take(.subscribed)
        script.wait(20)
        script.health("yard")
        script.wait(14)
        #expect(script.told == [])
        script.wait(1)
        #expect(script.told == ["node_offline 1"])
        #expect(script.events[0].sourceID == "porch")
        #expect(script.seconds(script.events[0].ts) == 0)
        #expect(script.rows["yard"]?.isOnline == true)
    }

    @Test func `A hub that was off for an hour takes nobody for absent who is there, and tells of who left meanwhile`() {
        let clock = ManualClock()
        let before = clock.now.advanced(bySeconds: -3600)
        let records = ["porch", "yard"].map { PresenceRecord(node: $0, isOnline: true, since: before, lastSeen: before) }
        var script = PresenceScript(["porch", "yard"], records: records, clock: clock)
        script.wait(10)
        script.health("yard")
        script.wait(25)
        #expect(script.told == ["node_offline 1"])
        #expect(script.events[0].sourceID == "porch")
        #expect(script.events[0].ts == before)
        #expect(script.rows["yard"]?.pending == [])
        script.wait(9)
        script.health("yard")
        #expect(script.told == ["node_offline 1"])
    }

    @Test func `Lost messages and a process that stood still give everybody full patience again`() {
        var script = PresenceScript()
        script.health()
        script.wait(30)
        script.take(.missed)
        script.wait(34)
        #expect(script.told == [])
        script.clock.advance(by: 3000)
        script.take(.tick)
        script.wait(34)
        #expect(script.told == [])
        script.wait(1)
        #expect(script.told == ["node_offline 1"])
    }

    @Test func `A clock that jumps moves no event before another, nor an end before its start`() throws {
        let clock = ManualClock()
        var record = PresenceRecord(node: "porch", isOnline: true, since: clock.now, lastSeen: clock.now.advanced(bySeconds: 7200))
        record.transition = 4
        var script = PresenceScript(records: [record], clock: clock)
        script.wait(35)
        // The row's last sign of life lies in the future of a clock that was set back.
        #expect(script.seconds(script.events[0].ts) == 35)
        #expect(script.events[0].id == EventID(subject: "porch", transition: 5))

        record.since = clock.now.advanced(bySeconds: 3600)
        record.lastSeen = clock.now
        script = PresenceScript(records: [record], clock: clock)
        script.wait(35)
        script.health()
        #expect(script.told == ["node_offline 1", "node_offline 2 ended", "node_online 1 ended"])
        #expect(script.events[0].ts == record.since)
        #expect(try #require(script.events[1].endTS) == record.since)
    }

    @Test func `Events wait in the row until they are stored, and a new leader repeats them as they are`() {
        var script = PresenceScript()
        script.health()
        script.wait(35)
        let row = script.porch
        #expect(row.pending.count == 1)
        var next = PresenceScript(records: [row], clock: script.clock)
        #expect(next.machine.unfinished.flatMap(\.pending) == script.events)
        next.wait(60)
        #expect(next.told == [])
        next.take(.stored(node: "porch", row.pending))
        #expect(next.porch.pending == [])
        #expect(next.machine.unfinished == [])
    }

    @Test func `While the store takes no events, further changes wait for room, and none is lost`() {
        var script = PresenceScript()
        for _ in 0..<20 {
            script.health()
            script.state(.offline)
        }
        #expect(script.porch.pending.count <= NodePresence.pendingBound)
        let isOnline = script.porch.isOnline
        script.take(.stored(node: "porch", script.porch.pending))
        script.health()
        script.state(.offline)
        #expect(script.porch.pending.isEmpty == false)
        #expect(!script.porch.isOnline || isOnline)
        // Each number was used once.
        let firsts = script.events.filter { $0.rev == 1 }.map(\.id)
        #expect(Set(firsts).count == firsts.count)
        #expect(Int64(firsts.count) == script.porch.transition)
    }

    @Test func `A node that the installation does not have is ignored, until it is added`() {
        var script = PresenceScript()
        script.health("stranger")
        script.take(.state(node: "stranger", NodeState(state: .online), isRetained: false))
        #expect(script.unknown == ["stranger", "stranger"])
        #expect(script.rows.isEmpty)
        script.take(.nodes(["porch", "stranger"].map { NodeRecord(name: $0, site: "cabin", addedAt: script.start) }))
        script.health("stranger")
        #expect(script.rows["stranger"]?.isOnline == true)
        script.wait(35)
        #expect(script.events.map(\.site) == ["cabin"])
    }

    @Test func `The clock's offset is the median of the last five`() {
        var script = PresenceScript()
        for late in [0.1, 9, 0.2, 0.1, 8, 0.3] {
            let sent = script.clock.now.advanced(bySeconds: -late - 2)
            script.health { $0.ts = sent }
        }
        #expect(abs(script.porch.clockOffset! - 2.3) < 1e-6)
    }

    @Test func `Figures and state agree on whether a camera is there, whichever came last`() {
        var script = PresenceScript()
        script.state(.online, cameras: [NodeCamera(id: "a", name: "A", online: true)])
        script.health { $0.cameras = [.init(id: "a", online: false, fps: 0, bitrate: 0, decodeShare: 0, gaps: 1)] }
        #expect(script.porch.state?.cameras?[0].online == false)
        script.state(.online, cameras: [NodeCamera(id: "a", name: "A", online: true)])
        #expect(script.porch.health?.cameras[0].online == true)
    }

    @Test func `What a node says of itself is cut to what a row can hold`() {
        var script = PresenceScript()
        let cameras = ["A b", "ok"].map { NodeCamera(id: $0, name: String(repeating: "ä", count: 1000), online: true) }
        script.take(
            .state(
                node: "porch", NodeState(state: .online, version: String(repeating: "1", count: 9000), cameras: cameras), isRetained: false)
        )
        #expect(script.porch.state?.cameras?.map(\.id) == ["ok"])
        #expect(script.porch.state?.cameras?[0].name.count == 128)
        #expect(script.porch.state?.version?.count == 64)
        script.health { health in
            health.epoch = "not an id"
            health.cameras = (0..<300).map { .init(id: "c\($0)", online: true, fps: 1, bitrate: 1, decodeShare: 1, gaps: 0) }
        }
        #expect(script.porch.health?.epoch == nil)
        #expect(script.porch.health?.cameras.count == 256)
    }

    @Test func `An id made from what happened is a UUIDv8, and the same everywhere`() {
        #expect(EventID(subject: "porch", transition: 1).description == "9089a376-9922-8dda-a39e-6712d8a8c805")
        #expect(EventID(subject: "porch/k3v9", transition: 1).description == "737b0ce9-9581-8577-9fc9-e52b87547fcf")
    }
}
