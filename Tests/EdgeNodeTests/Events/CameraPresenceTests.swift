import Base
import Protocol
import TestSupport
import Testing

@testable import EdgeNode

@Suite("Camera presence")
struct CameraPresenceTests {
    private let clock = ManualClock()

    @Test("a short absence is no news")
    func shortAbsence() {
        var presence = CameraPresence(camera: "cam")
        presence.wentOffline(at: clock.now, uptime: clock.uptime, why: "timed out")
        clock.advance(by: 9)
        #expect(presence.tick(uptime: clock.uptime).isEmpty)
        #expect(presence.cameOnline(at: clock.now).isEmpty)
        clock.advance(by: 60)
        #expect(presence.tick(uptime: clock.uptime).isEmpty)
    }

    @Test("a camera that stays away is offline from the moment that it went, until it is back")
    func absence() throws {
        var presence = CameraPresence(camera: "cam")
        let gone = clock.now
        presence.wentOffline(at: clock.now, uptime: clock.uptime, why: "timed out")
        clock.advance(by: 5)
        presence.wentOffline(at: clock.now, uptime: clock.uptime, why: "refused")
        clock.advance(by: 5)
        let drafts = presence.tick(uptime: clock.uptime)
        #expect(drafts.map(\.type) == ["camera_offline"])
        #expect(drafts[0].ts == gone)
        #expect(drafts[0].endTS == nil)
        #expect(drafts[0].severity == .warning)
        #expect(try JSONObject(drafts[0].payload).object("why")?.string("text") == "timed out")
        #expect(presence.tick(uptime: clock.uptime).isEmpty)
        clock.advance(by: 100)
        let back = presence.cameOnline(at: clock.now)
        #expect(back.map(\.type) == ["camera_offline", "camera_online"])
        #expect(back[0].id == drafts[0].id)
        #expect(back[0].rev == 2)
        #expect(back.map(\.endTS) == [clock.now, clock.now])
        #expect(presence.isOnline)
    }
}
