import Base
import Foundation
import GRDB
import NIOCore
import Protocol
import Synchronization
import TestSupport
import Testing
import Trust

@testable import Hub

/// What a node sends to another replica than the one that asked.
@Suite("Uploads that another replica asked for") struct UploadRelayTests {
    /// Counts bytes.
    private final class Counter: Sendable {
        private let bytes = Mutex(0)

        func add(_ more: Int) { bytes.withLock { $0 += more } }
        var count: Int { bytes.withLock { $0 } }
    }

    /// Bytes that came.
    private final class Taken: Sendable {
        private let bytes = Mutex<[UInt8]>([])

        func add(_ buffer: ByteBuffer) { bytes.withLock { $0 += buffer.readableBytesView } }
        var all: [UInt8] { bytes.withLock { $0 } }
        var count: Int { bytes.withLock { $0.count } }
    }

    /// Lets nobody through until it is opened.
    private final class Barrier: Sendable {
        private let isOpen = Mutex(false)

        func open() { isOpen.withLock { $0 = true } }
        func pass() async throws { try await eventually("the barrier to open") { isOpen.withLock { $0 } } }
    }

    @Test("They come to it whole, in order and once, and its answer goes back to the node, one after the other over one connection")
    func whole() async throws {
        let site = try await RelaySite()
        try await site.run { node in
            let connection = try await site.receiver.connect(site.receiver.tls(node))
            for round in 1...3 {
                let taken = Taken()
                let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8 &+ round) }
                let (ticket, pulling) = try await site.pull(bytes.count) { taken.add($0) }
                #expect(ticket.hasPrefix("\(RelaySite.asking)."))
                #expect(UploadTicket.isName(ticket))
                await connection.send(RelaySite.head(ticket, length: bytes.count) + bytes)
                #expect(try await connection.answer()?.status == 204)
                try await pulling.value
                #expect(taken.all == bytes)
                #expect(site.relayed("taken") == Double(round))
                // It is good once, whichever replica is asked.
                let again = try await connection.request("PUT", "/api/v1/nodes/porch/uploads/\(ticket)", body: "more")
                #expect(again?.status == 404)
                #expect(again?.body.contains("/problems/unknown-ticket") == true)
                #expect(site.relayed("refused") == Double(round))
                connection.forget()
            }
            await connection.close()
        }
    }

    @Test("Where it wants no more the node's connection ends, whether the node sends or is silent", arguments: [false, true])
    func ended(isSilent: Bool) async throws {
        let site = try await RelaySite()
        try await site.run { node in
            let connection = try await site.receiver.connect(site.receiver.tls(node))
            let taken = Taken()
            let length = 64 << 20
            let (ticket, pulling) = try await site.pull(length) { taken.add($0) }
            await connection.send(RelaySite.head(ticket, length: length) + [UInt8](repeating: 7, count: 100_000))
            try await eventually("the first bytes") { taken.count == 100_000 }
            let sending = Task {
                while !isSilent, !connection.isClosed { await connection.send([UInt8](repeating: 7, count: 10_000)) }
            }
            pulling.cancel()
            try await eventually("the end of the node's connection") { connection.isClosed }
            await #expect(throws: PlaybackFailure.cancelled) { try await pulling.value }
            await sending.value
            try await eventually("the end to be counted") { site.relayed("ended") == 1 }
            // The server goes on.
            let next = try await site.receiver.connect(site.receiver.tls(node))
            #expect(try await next.request("GET", "/api/v1/nodes/porch/identity")?.status == 200)
            await next.close()
        }
    }

    @Test("Where the node breaks off the replica that asked is told, and what had come is there")
    func brokenOff() async throws {
        let site = try await RelaySite()
        try await site.run { node in
            let connection = try await site.receiver.connect(site.receiver.tls(node))
            let taken = Taken()
            let (ticket, pulling) = try await site.pull(1_000_000) { taken.add($0) }
            await connection.send(RelaySite.head(ticket, length: 1_000_000) + [UInt8](repeating: 7, count: 100_000))
            try await eventually("the first bytes") { taken.count == 100_000 }
            await connection.close()
            let failure = await #expect(throws: PlaybackFailure.self) { try await pulling.value }
            guard case .broken = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
        }
    }

    @Test("A node sends no further ahead of a replica that does not take it than the connections hold")
    func backpressure() async throws {
        let site = try await RelaySite()
        try await site.run { node in
            let connection = try await site.receiver.connect(site.receiver.tls(node))
            let (barrier, taken, sent) = (Barrier(), Counter(), Counter())
            let length = 96 << 20
            let (ticket, pulling) = try await site.pull(length) { buffer in
                try await barrier.pass()
                taken.add(buffer.readableBytes)
            }
            let sending = Task {
                await connection.send(RelaySite.head(ticket, length: length))
                for _ in 0..<(length >> 16) {
                    await connection.send([UInt8](repeating: 7, count: 1 << 16))
                    sent.add(1 << 16)
                }
            }
            var (last, looks) = (-1, 0)
            try await eventually("the node to stand still") {
                let now = sent.count
                looks = now == last && now > 0 ? looks + 1 : 0
                last = now
                return looks == 25
            }
            #expect(last < 48 << 20, "what both connections and the two programs hold")
            barrier.open()
            #expect(try await connection.answer()?.status == 204)
            await sending.value
            try await pulling.value
            #expect(taken.count == length)
            await connection.close()
        }
    }

    // MARK: Where it cannot go

    @Test("A ticket of a replica that is unknown, or has been silent for long, is answered in words and counted")
    func unknown() async throws {
        let site = try await RelaySite()
        try await site.run(announces: false) { node in
            let connection = try await site.receiver.connect(site.receiver.tls(node))
            let (ticket, pulling) = try await site.pull(4) { _ in }
            let unknown = try await connection.request("PUT", "/api/v1/nodes/porch/uploads/\(ticket)", body: "late")
            #expect(unknown?.status == 410)
            #expect(unknown?.body.contains("/problems/gone-replica") == true)
            #expect(site.relayed("unknown") == 1)

            try await site.announce(port: site.asker.securePort)
            try await site.base.store.write { try $0.execute(sql: "UPDATE replicas SET seen_at = seen_at - 60000000") }
            let stale = try await connection.request("PUT", "/api/v1/nodes/porch/uploads/\(ticket)", body: "late")
            #expect(stale?.status == 410)
            #expect(site.relayed("unknown") == 2)

            try await site.announce(port: site.asker.securePort)
            #expect(try await connection.request("PUT", "/api/v1/nodes/porch/uploads/\(ticket)", body: "well")?.status == 204)
            #expect(site.relayed == 3)
            try await pulling.value
            await connection.close()
        }
    }

    @Test("One that cannot be reached, or shows a node's certificate, is answered in words and counted; nothing is sent there")
    func unreachable() async throws {
        let site = try await RelaySite()
        try await site.run(announces: false) { node in
            let connection = try await site.receiver.connect(site.receiver.tls(node))
            let ticket = "\(RelaySite.asking).0123456789abcdef"
            let port = try FreePort.find()
            try await site.announce(port: port)
            let away = try await connection.request("PUT", "/api/v1/nodes/porch/uploads/\(ticket)", body: "text")
            #expect(away?.status == 502)
            #expect(away?.body.contains("/problems/unreachable-replica") == true)

            let garden = try await site.base.join("garden")
            let file = site.base.folder.path("false.pem")
            try PrivateFile.write(garden.answer.certificate + garden.key.privateKeyPEM, to: URL(filePath: file))
            let impostor = try ChildProcess(
                executable: "openssl", arguments: ["s_server", "-www", "-accept", "127.0.0.1:\(port)", "-cert", file, "-key", file])
            try await eventually("the impostor to listen") { LoopbackSocket.canConnect(port: port) }
            let refused = try await connection.request("PUT", "/api/v1/nodes/porch/uploads/\(ticket)", body: "text")
            #expect(refused?.status == 502)
            #expect(site.relayed("unreachable") == 2)
            await impostor.terminate(within: .seconds(2))
            await connection.close()
        }
    }

    // MARK: What is refused

    @Test("Nobody but a replica passes anything on: not without its signature, nor with another's, nor with one for something else")
    func refused() async throws {
        let site = try await RelaySite()
        try await site.run { node in
            let taken = Taken()
            let (ticket, pulling) = try await site.pull(4) { taken.add($0) }
            let path = "/api/v1/replicas/\(RelaySite.asking)/uploads/\(ticket)"
            let key = site.base.trust.signingKey
            let good = RelayPass(replica: RelaySite.asking, node: "porch", ticket: ticket)
            let other = RelayPass(replica: RelaySite.asking, node: "porch", ticket: ticket + "0")
            let elsewhere = RelayPass(replica: RelaySite.receiving, node: "porch", ticket: ticket)
            let sealed = try good.sealed(with: key)
            let text = try #require(NodeJSON.encode(good))
            // Signed by the hub, for a node, as something else.
            let signature = try SignedText(signing: text, domain: SignedDomain.upload, with: key).signature
            let passes = [
                nil, "", ".", "x", "\(sealed).", String(sealed.dropLast(8)), "A" + sealed.dropFirst(), String(repeating: "a", count: 8000),
                try good.sealed(with: SigningKey()), try other.sealed(with: key), try elsewhere.sealed(with: key),
                Base64URL.encode(text) + "." + Base64URL.encode(signature),
            ]
            for tls in [try site.asker.tls(), try site.asker.tls(node)] {
                for (number, pass) in passes.enumerated() {
                    let connection = try await site.asker.connect(tls)
                    let answer = try await connection.request(
                        "PUT", path, headers: pass.map { ["Vigilar-Relay: \($0)"] } ?? [], body: "evil")
                    #expect(answer?.status == 401, "\(number)")
                    #expect(answer?.body.contains("/problems/not-a-replica") == true, "\(number)")
                    await connection.close()
                }
            }
            #expect(site.refused == Double(2 * passes.count))
            // Another node than the one that was asked, whoever says so.
            let connection = try await site.asker.connect()
            let foreign = try RelayPass(replica: RelaySite.asking, node: "garden", ticket: ticket).sealed(with: key)
            #expect(try await connection.request("PUT", path, headers: ["Vigilar-Relay: \(foreign)"], body: "evil")?.status == 404)
            // The upload still waits for the node, and a replica's word opens the route.
            #expect(taken.count == 0)
            #expect(try await connection.request("PUT", path, headers: ["Vigilar-Relay: \(sealed)"], body: "good")?.status == 204)
            try await pulling.value
            #expect(taken.all == Array("good".utf8))
            await connection.close()
        }
    }

    @Test("What was passed on once is not passed on again, though the replica that asked could be reached")
    func once() async throws {
        let site = try await RelaySite()
        try await site.run { _ in
            let taken = Taken()
            let (ticket, pulling) = try await site.pull(4) { taken.add($0) }
            for replica in [RelaySite.receiving, RelaySite.asking] {
                let pass = try RelayPass(replica: replica, node: "porch", ticket: ticket).sealed(with: site.base.trust.signingKey)
                let connection = try await site.receiver.connect()
                let answer = try await connection.request(
                    "PUT", "/api/v1/replicas/\(replica)/uploads/\(ticket)", headers: ["Vigilar-Relay: \(pass)"], body: "text")
                #expect(answer?.status == 404)
                await connection.close()
            }
            #expect(site.relayed == 0)
            #expect(taken.count == 0)
            pulling.cancel()
            _ = try? await pulling.value
        }
    }
}
