import Base
import Logging
import Media
import Protocol
import Sight
import Synchronization
import TestSupport
import Testing
import Vision

@testable import EdgeNode

@Suite("The detector of a node")
struct SightServiceTests {
    /// What a node would write of a clip of which every look is taken, in order.
    private func drafts(_ clip: String, _ model: PatchModel, metrics: Metrics) async throws -> [DraftEvent] {
        let scene = Mutex(SceneEvents(camera: "cam"))
        let drafts = Mutex<[DraftEvent]>([])
        let detector = ObjectDetector(model, input: PatchModel.input, decoder: PatchModel.decoder)
        let service = SightService(
            load: {
                var perception = Perception(detector: detector)
                perception.shortcomings = ["faces are not read: no model"]
                return perception
            }, clock: SystemClock(), metrics: metrics,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        ) { outcome, camera in
            #expect(camera == "cam")
            for event in outcome.explained { scene.withLock { $0.explain(event) } }
            for change in outcome.changes { drafts.withLock { $0 += scene.withLock { $0.take(change) } } }
        }
        async let running: Void = service.run()
        var demuxer = try Demuxer(MediaSource(clip), stop: StopFlag())
        var pipeline = AnalysisPipeline(demuxer.stream, looks: true)
        var taken = 0
        func take(_ outputs: [AnalysisOutput]) async throws {
            for output in outputs {
                switch output {
                case .look(let look):
                    service.queue.offer(look, of: "cam", settings: SightSettings(), at: SystemClock().uptime)
                    taken += 1
                    try await eventually("look \(taken)") { service.queue.isIdle }
                case .episode(let change): drafts.withLock { $0 += scene.withLock { $0.take(change) } }
                case .frame, .shot: break
                }
            }
        }
        while let packet = try demuxer.next() { try await take(pipeline.accept(packet)) }
        try await take(pipeline.finish())
        if taken > 0 {
            #expect(service.latencies.keys.sorted() == ["cam"])
            #expect(service.shortcomings == ["faces are not read: no model"])
        }
        service.queue.end("cam")
        service.queue.finish()
        try await running
        #expect(service.latencies == [:])
        return drafts.withLock { $0 }
    }

    @Test(
        "Who crosses the picture is one event: motion at first, then a person, until they are gone; also where the model fails now and then",
        arguments: [0, 4])
    func crosses(failsEvery: Int) async throws {
        var recipe = TestClips.Recipe()
        recipe.seconds = 8
        recipe.box = 2...5
        let metrics = Metrics()
        let drafts = try await drafts(TestClips.shared.clip(recipe), PatchModel(failsEvery: failsEvery), metrics: metrics)
        #expect(Set(drafts.map(\.id)).count == 1)
        #expect(drafts.map(\.rev) == Array(1...Int64(drafts.count)))
        #expect(drafts.first?.type == "motion" && drafts.last?.type == "person")
        #expect(drafts.dropFirst().allSatisfy { $0.type == "person" })
        #expect(drafts.filter { $0.endTS != nil }.count == 1 && drafts.last?.endTS != nil)
        let seconds = drafts.last.flatMap { $0.endTS?.seconds(since: $0.ts) } ?? 0
        #expect((2.5...3.5).contains(seconds))
        let failures = metrics.text().contains("vigilar_detector_failures_total{camera=\"cam\"}")
        #expect(failures == (failsEvery > 0))
        #expect(!metrics.text().contains("vigilar_detector_rejected_total{"))
    }

    @Test("Boxes whose numbers make no sense are counted, and what is sound beside them counts")
    func damaged() async throws {
        var recipe = TestClips.Recipe()
        recipe.seconds = 8
        recipe.box = 2...5
        let metrics = Metrics()
        let drafts = try await drafts(TestClips.shared.clip(recipe), PatchModel(isDamaged: true), metrics: metrics)
        #expect(drafts.last?.type == "person")
        let figures = metrics.text().split(separator: "\n")
        func figure(_ name: String) -> Double? {
            figures.first { $0.hasPrefix("\(name) ") || $0.hasPrefix("\(name){") }.flatMap { Double($0.split(separator: " ").last ?? "") }
        }
        #expect(figure("vigilar_detector_rejected_total") == figure("vigilar_detector_parts_total"))
        #expect(figure("vigilar_detector_rejected_total") ?? 0 > 10)
    }

    @Test("Where the detector of the configuration cannot be used, it is said why only motion is seen, and pictures are let go")
    func unusable() async throws {
        let service = SightService(
            load: { throw SightError("detector.labels has no labels: its file needs a line for each class of the model") },
            clock: SystemClock(),
            metrics: Metrics(), logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        ) { _, _ in Issue.record("something was seen") }
        let told = Mutex(false)
        await service.use(onChange: { told.withLock { $0 = true } })
        let running = Task { try await service.run() }
        try await eventually("it to be told") { told.withLock { $0 } }
        #expect(service.motionOnly == "detector.labels has no labels: its file needs a line for each class of the model")
        service.queue.offer(
            try TestLooks.look(at: 0, motion: [Box(x: 0, y: 0, width: 1, height: 1)]), of: "cam", settings: SightSettings(), at: 0)
        #expect(service.queue.isIdle)
        running.cancel()
        try await running.value
    }

    @Test("Nobody in the picture: no event, and next to no looks")
    func empty() async throws {
        var recipe = TestClips.Recipe()
        recipe.seconds = 8
        recipe.box = nil
        let metrics = Metrics()
        #expect(try await drafts(TestClips.shared.clip(recipe), PatchModel(), metrics: metrics) == [])
        #expect(metrics.text().contains("vigilar_detector_looks_total{camera=\"cam\"} 1\n"))
    }
}
