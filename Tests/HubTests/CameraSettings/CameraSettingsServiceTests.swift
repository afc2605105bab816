import Base
import Hub
import MQTT
import Protocol
import TestSupport
import Testing
import Trust

/// The way of settings over a real broker, with a node that the test plays.
@Suite struct CameraSettingsServiceTests {
    private static func report(
        _ revision: Int64, _ state: CameraConfigReport.State, _ digest: String, settings: String = "{\"sensitivity\":50}"
    ) -> CameraConfigReport {
        CameraConfigReport(revision: revision, state: state, settings: Array(settings.utf8), digest: digest)
    }

    private static func state(_ camera: String, _ site: SettingsSite) async throws -> CameraSettingsRecord.State? {
        try await site.store.cameraSettings(camera)?.state
    }

    @Test func `What is set reaches the node signed and retained, and the node's answer the store`() async throws {
        let site = try await SettingsSite()
        // A replica that looks at the store once in an hour: what is set here is told at once.
        try await site.withService(interval: 3600) { service in
            try await site.withNode { node in
                try await node.report("a", Self.report(0, .own, "d0"))
                try await eventually("the node's own settings") { try await Self.state("a", site) == .own }
                let settings = #"{"name":"Tür \"x\"\n","sensitivity":70,"zones":[{"name":"drive","polygon":[[0,0],[1,0],[1,1]]}]}"#
                #expect(try await site.set("a", settings) == .stored(revision: 1))
                service.wake()
                try await eventually("the settings at the node") { try node.config("a") != nil }
                #expect(
                    try node.config("a")
                        == CameraConfig(camera: "a", node: "porch", revision: 1, settings: Array(settings.utf8), base: "d0"))
                #expect(node.last("a")?.contentType == "application/json")
                #expect(try await Self.state("a", site) == .waiting)
                try await node.report("a", Self.report(1, .applied, "d1", settings: settings))
                try await eventually("the answer in the store") { try await Self.state("a", site) == .applied }
                #expect(try await site.store.cameraSettings("a")?.report?.settings == Array(settings.utf8))
            }
            try await site.withNode("late") { late in
                try await eventually("the retained settings") { try late.config("a")?.revision == 1 }
                #expect(late.last("a")?.retain == true)
            }
        }
        #expect(site.metrics.value("vigilar_settings_reports_total") == 2)
        #expect(site.metrics.value("vigilar_settings_published_total") == 1)
    }

    @Test func `What another replica was told is published, and a report that came while no hub ran is taken in`() async throws {
        let site = try await SettingsSite()
        try await site.withNode { node in
            try await node.report("b", Self.report(0, .own, "d0"))
            try await site.withService { _ in
                try await eventually("the retained report") { try await Self.state("b", site) == .own }
                #expect(try await site.set("a", "{}") == .stored(revision: 1))
                try await eventually("the settings at the node") { try node.config("a")?.revision == 1 }
                #expect(try await site.set("a", "{\"gate\":false}") == .stored(revision: 2))
                try await eventually("those after them") { try node.config("a")?.revision == 2 }
                #expect(try node.config("b") == nil)
            }
        }
    }

    @Test func `A broker that has forgotten everything is told again`() async throws {
        let site = try await SettingsSite()
        #expect(try await site.set("a", "{\"sensitivity\":1}") == .stored(revision: 1))
        try await site.withService(interval: 3600) { _ in
            try await site.withNode { node in
                try await eventually("what was wanted before") { try node.config("a")?.revision == 1 }
                await site.broker.kill()
                node.forget()
                try await site.broker.start()
                try await eventually("the settings again") { try node.config("a")?.revision == 1 }
                try await node.report("a", Self.report(1, .applied, "d1"))
                try await eventually("the answer in the store") { try await Self.state("a", site) == .applied }
            }
        }
    }

    @Test func `Two replicas publish the same, and a node's answer is stored once`() async throws {
        let site = try await SettingsSite()
        try await site.withService("hub-a") { _ in
            try await site.withService("hub-b") { _ in
                try await site.withNode { node in
                    #expect(try await site.set("a", "{}") == .stored(revision: 1))
                    try await eventually("both to have published") { site.metrics.value("vigilar_settings_published_total") == 2 }
                    #expect(try node.config("a")?.revision == 1)
                    try await node.report("a", Self.report(1, .applied, "d1"))
                    try await eventually("the answer in the store") { try await Self.state("a", site) == .applied }
                }
            }
        }
        #expect(site.metrics.value("vigilar_settings_reports_total") == 1)
    }

    @Test func `A camera that moves takes its settings with it, and one that is released leaves nothing behind`() async throws {
        let site = try await SettingsSite()
        try await site.withService { service in
            try await site.withNode { node in
                for camera in ["a", "b"] {
                    try await node.report(camera, Self.report(0, .own, "d0"))
                    try await eventually("the node's own settings") { try await Self.state(camera, site) == .own }
                    #expect(try await site.set(camera, "{}") == .stored(revision: 1))
                    try await eventually("the settings at the node") { try node.config(camera)?.base == "d0" }
                }
                #expect(try await site.store.moveCamera("a", to: "attic"))
                try await eventually("settings that name no others") { try node.config("a").map { $0.base == nil } ?? false }
                #expect(try node.config("a")?.revision == 1)
                #expect(try await site.store.releaseCamera("b"))
                service.wake()
                try await eventually("the retained message to be taken back") { node.last("b")?.payload == [] }
            }
            try await site.withNode("late") { late in
                // Retained messages come in one go: with the one the other would be here.
                try await eventually("the settings of the other") { try late.config("a") != nil }
                #expect(late.last("b") == nil)
            }
        }
    }

    @Test func `What cannot be read is counted, and what is nobody's is not kept`() async throws {
        let site = try await SettingsSite()
        try await site.withService { _ in
            try await site.withNode { node in
                let endless = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
                let bad = [
                    "{", "[]", "{\"revision\":1}", "\u{0}",
                    String(decoding: Self.report(Limits.counter, .applied, "d").payload, as: UTF8.self),
                    #"{"revision":-1,"state":"own","settings":{},"digest":"d","errors":[]}"#,
                    #"{"revision":1,"state":"odd","settings":{},"digest":"d","errors":[]}"#,
                    #"{"revision":1,"state":"own","settings":{"a":\#(endless)},"digest":"d","errors":[]}"#,
                ]
                // Of what is sent ahead of the service's subscription a broker keeps the last alone.
                try await node.report("b", Self.report(0, .own, "d"))
                try await eventually("the service to listen") { try await Self.state("b", site) == .own }
                for text in bad { try await node.send(Topics.configReport(camera: "a"), Array(text.utf8)) }
                // Not told to anybody: neither is about a camera's settings.
                try await node.send(Topics.configReport(camera: "a"), [])
                try await node.send("vigilar/camera/A/config/applied", Self.report(0, .own, "d").payload)
                try await node.report("nobodys", Self.report(0, .own, "d"))
                try await node.report("b", Self.report(0, .own, "d0"))
                try await eventually("the good one") { try await site.store.cameraSettings("b")?.report?.digest == "d0" }
                #expect(
                    site.metrics.value("vigilar_settings_ignored_total", labels: [("reason", "unreadable")]) == Double(bad.count))
                #expect(try await site.store.cameraSettings("a")?.report == nil)
                _ = try await site.store.claimCameras(node: "porch", cameras: ["nobodys"], at: SystemClock().now)
                #expect(try await Self.state("nobodys", site) == .unknown)
            }
        }
    }
}
