import Base
import MediaTypes
import Synchronization
import Testing
import Vision

@testable import EdgeNode

@Suite("Pictures that wait for the detector")
struct SightQueueTests {
    private static let motion = [Box(x: 0.4, y: 0.4, width: 0.1, height: 0.1)]

    private func offer(_ queue: SightQueue, _ camera: String, at seconds: Double, moves: Bool) throws {
        queue.offer(
            try TestLooks.look(at: seconds, motion: moves ? Self.motion : nil), of: camera, settings: SightSettings(), at: seconds)
    }

    private func taken(_ queue: SightQueue) async -> String? {
        guard let (camera, item) = await queue.next() else { return nil }
        guard case .look(let look, _, _) = item else { return "\(camera) end" }
        return "\(camera) \(look.time.seconds)"
    }

    @Test("Where something moves comes first, then who was served the longest time ago; a newer picture takes the place of an older one")
    func order() async throws {
        let dropped = Mutex<[String]>([])
        let queue = SightQueue { camera in dropped.withLock { $0.append(camera) } }
        for second in 1...3 {
            for camera in ["a", "b"] { try offer(queue, camera, at: Double(second), moves: true) }
            try offer(queue, "c", at: Double(second), moves: false)
        }
        #expect(dropped.withLock { $0 } == ["a", "b", "c", "a", "b", "c"])
        #expect(await taken(queue) == "a 3.0")
        try offer(queue, "a", at: 4, moves: true)
        #expect(await taken(queue) == "b 3.0")
        #expect(await taken(queue) == "a 4.0")
        #expect(await taken(queue) == "c 3.0")
        queue.finish()
        #expect(await taken(queue) == nil)
    }

    @Test("The end of a stream comes before what the next one shows, and what is older is left")
    func end() async throws {
        let queue = SightQueue { _ in }
        try offer(queue, "a", at: 1, moves: true)
        queue.end("a")
        try offer(queue, "a", at: 2, moves: true)
        queue.finish()
        #expect(await taken(queue) == "a end")
        #expect(await taken(queue) == "a 2.0")
        #expect(await taken(queue) == nil)
    }

    @Test("Others wait where another camera has a picture, and not where only its own next one does, or the end of one")
    func others() throws {
        let queue = SightQueue { _ in }
        #expect(!queue.hasOthers(than: "a"))
        try offer(queue, "a", at: 0, moves: true)
        queue.end("c")
        #expect(!queue.hasOthers(than: "a") && queue.hasOthers(than: "b"))
        try offer(queue, "b", at: 0, moves: false)
        #expect(queue.hasOthers(than: "a"))
    }

    @Test("Who waits is woken by what comes, and by the end")
    func wakes() async throws {
        let queue = SightQueue { _ in }
        async let first = taken(queue)
        try offer(queue, "a", at: 1, moves: false)
        #expect(await first == "a 1.0")
        async let last = taken(queue)
        queue.finish()
        #expect(await last == nil)
    }

    @Test("Where nothing moves it is a picture's turn too, once it has waited for long")
    func patience() async throws {
        let queue = SightQueue { _ in }
        try offer(queue, "quiet", at: 0, moves: false)
        try offer(queue, "busy", at: 0, moves: true)
        #expect(await taken(queue) == "busy 0.0")
        try offer(queue, "quiet", at: 2, moves: false)
        try offer(queue, "busy", at: 3, moves: true)
        #expect(await taken(queue) == "busy 3.0")
        try offer(queue, "busy", at: 6, moves: true)
        #expect(await taken(queue) == "quiet 2.0")
        #expect(queue.lastOffer(of: "quiet") == 2 && queue.lastOffer(of: "none") == nil)
    }
}
