private import Crypto
private import Foundation
package import Hummingbird
private import HTTPTypes
private import Media
private import NIOCore

/// Style sheets, scripts and pictures, compiled into the program. Their addresses carry a hash of their content, so that browsers keep
/// them for good and a new version is never mixed with an old one.
package struct Assets: Sendable {
    private struct Asset: Sendable {
        let contentType: String
        let body: ByteBuffer
        /// Packed with gzip, once for all; nil where that saves nothing.
        let packed: ByteBuffer?
    }

    private var byName: [String: Asset] = [:]
    private var hashed: [String: String] = [:]

    /// What a page uses. A script stands behind those that it imports.
    package init() {
        add("app.css", PackageResources.app_css, "text/css; charset=utf-8")
        add("icons.svg", PackageResources.icons_svg, "image/svg+xml")
        add("favicon.svg", PackageResources.favicon_svg, "image/svg+xml")
        for (name, bytes) in [
            ("app-192.png", PackageResources.app_192_png), ("app-512.png", PackageResources.app_512_png),
            ("app-maskable.png", PackageResources.app_maskable_png),
        ] { keep(name, bytes, "image/png") }
        add("heard.js", PackageResources.heard_js, "text/javascript; charset=utf-8")
        add("shell.js", PackageResources.shell_js, "text/javascript; charset=utf-8")
        add("offline.js", PackageResources.offline_js, "text/javascript; charset=utf-8")
        add("format.js", PackageResources.format_js, "text/javascript; charset=utf-8")
        add("stream-connection.js", PackageResources.stream_connection_js, "text/javascript; charset=utf-8")
        add("stream-worker.js", PackageResources.stream_worker_js, "text/javascript; charset=utf-8")
        add("stream.js", PackageResources.stream_js, "text/javascript; charset=utf-8")
        add("page.js", PackageResources.page_js, "text/javascript; charset=utf-8")
        add("clocks.js", PackageResources.clocks_js, "text/javascript; charset=utf-8")
        add("row-parts.js", PackageResources.row_parts_js, "text/javascript; charset=utf-8")
        add("incident-groups.js", PackageResources.incident_groups_js, "text/javascript; charset=utf-8")
        add("rows.js", PackageResources.rows_js, "text/javascript; charset=utf-8")
        add("deleting.js", PackageResources.deleting_js, "text/javascript; charset=utf-8")
        add("recorded-video.js", PackageResources.recorded_video_js, "text/javascript; charset=utf-8")
        add("viewer.js", PackageResources.viewer_js, "text/javascript; charset=utf-8")
        add("keys.js", PackageResources.keys_js, "text/javascript; charset=utf-8")
        add("selection.js", PackageResources.selection_js, "text/javascript; charset=utf-8")
        add("events.js", PackageResources.events_js, "text/javascript; charset=utf-8")
        add("picture-boxes.js", PackageResources.picture_boxes_js, "text/javascript; charset=utf-8")
        add("event.js", PackageResources.event_js, "text/javascript; charset=utf-8")
        add("node-format.js", PackageResources.node_format_js, "text/javascript; charset=utf-8")
        add("polygons.js", PackageResources.polygons_js, "text/javascript; charset=utf-8")
        add("live-stream.js", PackageResources.live_stream_js, "text/javascript; charset=utf-8")
        add("live-video.js", PackageResources.live_video_js, "text/javascript; charset=utf-8")
        add("live-tile.js", PackageResources.live_tile_js, "text/javascript; charset=utf-8")
        add("idle-cameras.js", PackageResources.idle_cameras_js, "text/javascript; charset=utf-8")
        add("live-camera.js", PackageResources.live_camera_js, "text/javascript; charset=utf-8")
        add("arrangement.js", PackageResources.arrangement_js, "text/javascript; charset=utf-8")
        add("arranging.js", PackageResources.arranging_js, "text/javascript; charset=utf-8")
        add("full-screen.js", PackageResources.full_screen_js, "text/javascript; charset=utf-8")
        add("keeping.js", PackageResources.keeping_js, "text/javascript; charset=utf-8")
        add("live.js", PackageResources.live_js, "text/javascript; charset=utf-8")
        add("timeline.js", PackageResources.timeline_js, "text/javascript; charset=utf-8")
        add("recording-list.js", PackageResources.recording_list_js, "text/javascript; charset=utf-8")
        add("recordings.js", PackageResources.recordings_js, "text/javascript; charset=utf-8")
        add("footage.js", PackageResources.footage_js, "text/javascript; charset=utf-8")
        add("settings-fields.js", PackageResources.settings_fields_js, "text/javascript; charset=utf-8")
        add("zone-rules.js", PackageResources.zone_rules_js, "text/javascript; charset=utf-8")
        add("limits.js", PackageResources.limits_js, "text/javascript; charset=utf-8")
        add("camera.js", PackageResources.camera_js, "text/javascript; charset=utf-8")
        add("journal.js", PackageResources.journal_js, "text/javascript; charset=utf-8")
        add("wildlife.js", PackageResources.wildlife_js, "text/javascript; charset=utf-8")
        add("uploads.js", PackageResources.uploads_js, "text/javascript; charset=utf-8")
        add("labelling.js", PackageResources.labelling_js, "text/javascript; charset=utf-8")
        add("individual.js", PackageResources.individual_js, "text/javascript; charset=utf-8")
        add("individuals.js", PackageResources.individuals_js, "text/javascript; charset=utf-8")
        add("sign-in.js", PackageResources.sign_in_js, "text/javascript; charset=utf-8")
        add("account-words.js", PackageResources.account_words_js, "text/javascript; charset=utf-8")
        add("notifications.js", PackageResources.notifications_js, "text/javascript; charset=utf-8")
        add("account.js", PackageResources.account_js, "text/javascript; charset=utf-8")
        add("audit.js", PackageResources.audit_js, "text/javascript; charset=utf-8")
        add("accounts.js", PackageResources.accounts_js, "text/javascript; charset=utf-8")
        add("screens.js", PackageResources.screens_js, "text/javascript; charset=utf-8")
        add("kiosk-front.js", PackageResources.kiosk_front_js, "text/javascript; charset=utf-8")
        add("kiosk-tile.js", PackageResources.kiosk_tile_js, "text/javascript; charset=utf-8")
        add("kiosk.js", PackageResources.kiosk_js, "text/javascript; charset=utf-8")
        add("kiosk-pairing.js", PackageResources.kiosk_pairing_js, "text/javascript; charset=utf-8")
        add("components.js", PackageResources.components_js, "text/javascript; charset=utf-8")
        add("system.js", PackageResources.system_js, "text/javascript; charset=utf-8")
    }

    /// The address of an asset.
    package func address(_ name: String) -> String { "/assets/" + (hashed[name] ?? name) }

    /// The addresses of what pages are made of, sorted: style sheet, scripts and drawings. The app's icons are kept by the system that shows them.
    package var shell: [String] { byName.filter { $0.value.contentType != "image/png" }.keys.map { "/assets/\($0)" }.sorted() }

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/assets/:name") { request, context in
            guard let asset = context.parameters.get("name").flatMap({ byName[$0] }) else { throw Problem.notFound }
            var headers: HTTPFields = [
                .contentType: asset.contentType, .cacheControl: "public, max-age=31536000, immutable", .vary: "Accept-Encoding",
            ]
            guard let packed = asset.packed, Self.takesGzip(request.headers) else {
                return Response(status: .ok, headers: headers, body: .init(byteBuffer: asset.body))
            }
            headers[.contentEncoding] = "gzip"
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: packed))
        }
    }

    /// Whether whoever asks names it, and does not refuse it by a weight of nothing (RFC 9110, section 12.5.3).
    private static func takesGzip(_ headers: HTTPFields) -> Bool {
        (headers[.acceptEncoding] ?? "").lowercased().split(separator: ",").contains { coding in
            let parts = coding.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
            return parts.first == "gzip" && !parts.dropFirst().contains { $0.hasPrefix("q=0") && !$0.contains { ("1"..."9").contains($0) } }
        }
    }

    private mutating func add(_ name: String, _ bytes: [UInt8], _ contentType: String) {
        var text = String(decoding: bytes, as: UTF8.self)
        for (plain, address) in hashed { text = text.replacingOccurrences(of: "\"./\(plain)\"", with: "\"./\(address)\"") }
        keep(name, Array(text.utf8), contentType)
    }

    private mutating func keep(_ name: String, _ content: [UInt8], _ contentType: String) {
        let dot = name.lastIndex(of: ".") ?? name.endIndex
        let address = "\(name[..<dot])-\(Self.hash(content))\(name[dot...])"
        hashed[name] = address
        // Drawings of pixels are packed already.
        let packed = contentType == "image/png" ? nil : Gzip.compress(content).flatMap { $0.count < content.count ? $0 : nil }
        byName[address] = Asset(contentType: contentType, body: ByteBuffer(bytes: content), packed: packed.map { ByteBuffer(bytes: $0) })
    }

    /// What tells one content from another, in an address: the beginning of its SHA-256 in hexadecimal.
    static func hash(_ content: [UInt8]) -> String {
        SHA256.hash(data: Data(content)).prefix(6).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
