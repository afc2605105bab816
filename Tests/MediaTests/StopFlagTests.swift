import Foundation
import Testing

@testable import Media

@Suite("StopFlag")
struct StopFlagTests {
    @Test("A pause ends by its time, and is not cut short")
    func pause() {
        let flag = StopFlag()
        #expect(flag.pause(seconds: 0.01))
        #expect(flag.pause(seconds: 0))
        #expect(flag.pause(seconds: -1))
        #expect(!flag.isStopped)
    }

    @Test("Stopping ends a pause that is under way, and every later one")
    func stop() async {
        let flag = StopFlag()
        async let outcome = withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
            Thread { continuation.resume(returning: flag.pause(seconds: 3600)) }.start()
        }
        flag.stop()
        flag.stop()
        #expect(await outcome == false)
        #expect(flag.pause(seconds: 3600) == false)
        #expect(flag.mustEnd)
    }

    @Test("A call has to end once its deadline is over")
    func deadline() {
        let flag = StopFlag()
        #expect(!flag.mustEnd)
        flag.allow(seconds: 3600)
        #expect(!flag.mustEnd)
        flag.allow(seconds: 0)
        #expect(flag.mustEnd)
        flag.allow(seconds: -.infinity)
        #expect(flag.mustEnd)
    }
}
