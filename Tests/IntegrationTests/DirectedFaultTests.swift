import Base
import EdgeNode
import Fleet
import Foundation
import Postgres
import Protocol
import TestSupport
import Testing

extension InstallationTests {
    @Suite("Directed faults", .serialized)
    struct DirectedFaultTests {
        @Test(
            "a hub killed between the broker's acknowledgement and its commit costs nothing, and a node that deletes on the broker's word loses",
            .timeLimit(.minutes(10)), arguments: [false, true])
        func killedBeforeCommit(trustsBroker: Bool) async throws {
            let installation = try await Installation(replicas: 1)
            let site = installation.site
            let hub = site.replicas[0]
            let plan = installation.plan("porch", events: 20)
            let node = installation.node("porch", trustsBroker: trustsBroker)
            try await node.run {
                // The transaction's first statement waits for this lock, so that nothing of the batch is with the server but a question.
                try await site.script("BEGIN; LOCK TABLE ingest_epochs IN ACCESS EXCLUSIVE MODE")
                try await installation.run(node, plan).fill()
                try await eventually("the broker's acknowledgement") { node.delivered > 0 }
                try await eventually("the hub to wait for its commit") {
                    let waiting = try await site.query(
                        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'ingest_epochs'::regclass")
                    return waiting.int(0, 0) > 0
                }
                if trustsBroker { try await node.waitUntilDrained() } else { #expect(try await node.outbox.status().waiting > 0) }
                await hub.kill()
                try await site.script("ROLLBACK")
                try hub.start()
                try await eventually("the hub to be back", timeout: .seconds(60)) { await hub.isReady() }
                try await node.waitUntilDrained()
            }
            let records = try await installation.settled()
            let stored = try await site.stored()
            let wanted = Installation.wanted([plan])
            if trustsBroker {
                let lost = wanted.count { stored[$0.key] != $0.value }
                #expect(lost > 0, "the variant that deletes on the broker's word must lose events, or this test shows nothing")
            } else {
                #expect(stored == wanted)
                #expect(records[0].revisions == wanted)
            }
            #expect(records[0].faults == [])
            #expect(try await installation.check() == [])
            await installation.stop()
        }

        @Test("an old copy of an outbox that is put back, so that numbers are used twice, loses nothing", .timeLimit(.minutes(10)))
        func restoredOutbox() async throws {
            let installation = try await Installation(replicas: 1)
            let folder = installation.site.folder.path
            let path = "\(folder)/porch.sqlite"
            let before = installation.plan("porch", events: 30, seed: 1)
            let after = installation.plan("porch", events: 40, seed: 2)
            let again = installation.plan("porch", events: 50, seed: 3)
            try await installation.run(installation.node("porch"), before, log: "before").run()
            let copy = try FileManager.default.contents(atPath: path).map { $0 } ?? { throw FleetError("no outbox at \(path)") }()
            try await installation.run(installation.node("porch"), after, log: "after").run()

            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            try copy.write(to: URL(fileURLWithPath: path))
            let restored = installation.node("porch")
            let epoch = try await restored.outbox.status().epoch
            try await installation.run(restored, again, log: "again").run()

            #expect(restored.metrics.value("vigilar_uplink_epochs_total") >= 1)
            let present = installation.node("porch")
            #expect(try await present.outbox.status().epoch != epoch)
            await present.outbox.close()
            let records = try await installation.settled()
            let wanted = Installation.wanted([before, after, again])
            #expect(try await installation.site.stored() == wanted)
            #expect(records[0].revisions == wanted)
            #expect(records[0].faults == [])
            #expect(try await installation.check() == [])
            await installation.stop()
        }

        /// How a sequencer is taken out of the game without dying.
        enum Absence: String, CaseIterable { case stopped, cutOff = "cut off from its database" }

        @Test(
            "a sequencer that is away beyond its lease is replaced, and stamps nothing when it comes back", .timeLimit(.minutes(10)),
            arguments: Absence.allCases)
        func absentSequencer(absence: Absence) async throws {
            let installation = try await Installation(replicas: 2)
            let site = installation.site
            let first = installation.plan("porch", events: 200)
            try await installation.run(installation.node("porch"), first).run()
            _ = try await installation.settled()
            let leader = try #require(try await site.sequencer())
            let stamped = "vigilar_sequencer_stamped_total"
            let before = try #require(await HubRequest.metric(stamped, port: leader.port))

            switch absence {
            case .stopped: leader.freeze(true)
            case .cutOff: leader.databaseLine.set(.drop)
            }
            try await eventually("another replica to lead", timeout: .seconds(60)) {
                let present = try await site.sequencer()
                return present != nil && present !== leader
            }
            let generation = try await site.sequencerGeneration()
            let second = installation.plan("yard", events: 200)
            try await installation.run(installation.node("yard"), second).run()
            try await eventually("the other replica to stamp all") { try await site.settledCursor() != nil }

            switch absence {
            case .stopped: leader.freeze(false)
            case .cutOff: leader.databaseLine.heal()
            }
            let third = installation.plan("shed", events: 200)
            try await installation.run(installation.node("shed"), third).run()
            let records = try await installation.settled()
            // On a starved machine the other may lose its lease in turn; then the first one leads again by right.
            if try await site.sequencerGeneration() == generation {
                #expect(await HubRequest.metric(stamped, port: leader.port) == before)
            }
            let wanted = Installation.wanted([first, second, third])
            #expect(try await site.stored() == wanted)
            for record in records {
                #expect(record.revisions == wanted)
                #expect(record.faults == [])
            }
            for client in installation.clients { #expect(client.connections == 1) }
            #expect(try await installation.check() == [])
            await installation.stop()
        }

        @Test("a stream that stays connected while the broker is killed and comes back misses nothing", .timeLimit(.minutes(10)))
        func killedBroker() async throws {
            let installation = try await Installation(replicas: 1)
            let site = installation.site
            let plan = installation.plan("porch", events: 600)
            let node = installation.node("porch")
            let run = NodeRun(
                node: node, plan: plan, log: AcceptedLog(path: site.folder.path("porch.accepted")), rate: 100)
            try await node.run {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await run.fill() }
                    for share in 1...2 {
                        try await eventually("some events on the stream") { installation.clients[0].record.events > share * 100 }
                        await site.broker.kill()
                        let held = try await node.outbox.status().lastSeq
                        try await eventually("events that wait for the broker") { try await node.outbox.status().lastSeq > held + 20 }
                        try await site.broker.start()
                    }
                    try await group.waitForAll()
                }
                try await node.waitUntilDrained()
            }
            let records = try await installation.settled()
            let wanted = Installation.wanted([plan])
            #expect(try await site.stored() == wanted)
            #expect(records[0].revisions == wanted)
            #expect(records[0].faults == [])
            #expect(installation.clients[0].connections == 1)
            #expect(try await installation.check() == [])
            await installation.stop()
        }
    }
}
