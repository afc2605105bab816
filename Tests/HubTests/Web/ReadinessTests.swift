import Hub
import Testing

@Suite struct ReadinessTests {
    @Test("A part that is expected is a problem until it has reported")
    func expected() {
        let readiness = Readiness(expecting: [.broker])
        #expect(!readiness.isReady)
        #expect(readiness.message(.broker) == "starting")
        readiness.ok(.broker)
        #expect(readiness.isReady)
    }

    @Test("Every part is named with its state, in a fixed order")
    func details() {
        let readiness = Readiness()
        readiness.problem(.store, "the database cannot be reached")
        #expect(readiness.details.map(\.part) == [.store, .broker, .bridge, .sequencer, .rights])
        #expect(readiness.details.map(\.state) == ["the database cannot be reached", "ok", "ok", "ok", "ok"])
    }

    @Test("What is noted about a part is shown and makes nothing unready, until it is taken back")
    func notes() {
        let readiness = Readiness()
        readiness.note(.rights, "One is missing.", by: .probe)
        readiness.note(.rights, "Set them by hand.", by: .plugin)
        #expect(readiness.isReady)
        #expect(readiness.details.last?.state == "Set them by hand. One is missing.")
        readiness.note(.rights, nil, by: .plugin)
        #expect(readiness.details.last?.state == "One is missing.")
        readiness.note(.rights, nil, by: .probe)
        #expect(readiness.details.last?.state == "ok")
    }
}
