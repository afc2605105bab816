import Base
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Protocol
import Synchronization
import Testing

@testable import Hub

/// Which cameras the page of live pictures has, and how they are grouped.
@Suite struct LivePageTests {
    private let now = Timestamp(rfc3339: "2026-11-23T08:09:10.123456Z")!

    /// The page as an administrator gets it, or somebody with these rights, from a hub with a node for each of these sites, whose only camera
    /// is named after it.
    private func page(_ path: String, sites: [String], grants: [Grant]? = nil) async throws -> String {
        let fixture = try await WebFixture()
        fixture.store.contents.withLock { contents in
            if let grants { contents.accounts["admin"]?.grants = grants }
            contents.nodes = sites.map { NodeRecord(name: "\($0)-node", site: $0, addedAt: now) }
            contents.presence = sites.map { site in
                var record = PresenceRecord(node: "\(site)-node", isOnline: true, since: now, lastSeen: now)
                record.state = NodeState(
                    state: .online,
                    cameras: [NodeCamera(id: "\(site)-cam", name: "Camera of \(site)", online: true, subStream: site == "shop")])
                return record
            }
        }
        let headers = HTTPFields([HTTPField(name: .cookie, value: try await fixture.cookie())])
        return try await fixture.app.test(.router) { client in
            try await client.execute(uri: path, method: .get, headers: headers) { response in
                #expect(response.status == .ok)
                return String(buffer: response.body)
            }
        }
    }

    private func cameras(_ page: String) -> [String] {
        page.matches(of: /<li class="live-tile" data-camera="([a-z-]+)"/).map { String($0.output.1) }
    }

    @Test func `Cameras are under the headings of their sites, by name, and each site can be chosen`() async throws {
        let page = try await page("/", sites: ["shop", "home"])
        #expect(cameras(page) == ["home-cam", "shop-cam"])
        #expect(page.matches(of: /<h2 class="wall-title">([a-z]+)</).map { String($0.output.1) } == ["home", "shop"])
        #expect(page.contains("<a href=\"/\" aria-current=\"true\">All sites</a>"))
        #expect(page.contains("<a href=\"/?site=home\">home</a><a href=\"/?site=shop\">shop</a>"))
        #expect(!page.contains("data-site="))
        #expect(page.contains("data-camera=\"shop-cam\" data-state=\"waiting\" data-sub-stream>"))
        #expect(page.contains("data-camera=\"home-cam\" data-state=\"waiting\">"))
    }

    @Test func `Of a site that was chosen there are only its cameras, without a heading`() async throws {
        let page = try await page("/?site=shop", sites: ["shop", "home"])
        #expect(cameras(page) == ["shop-cam"])
        #expect(!page.contains("wall-title"))
        #expect(page.contains("<a href=\"/\">All sites</a>"))
        #expect(page.contains("<a href=\"/?site=shop\" aria-current=\"true\">shop</a>"))
        #expect(page.contains(" data-site=\"shop\">"))
    }

    @Test(
        "A site that is not there, or is none, shows all cameras and says so", arguments: ["attic", "%3Cb%3E", "%00", "Shop", "shop,home"])
    func unknown(_ site: String) async throws {
        let page = try await page("/?site=\(site)", sites: ["shop", "home"])
        #expect(cameras(page) == ["home-cam", "shop-cam"])
        #expect(page.contains("No camera is at the site of this address, so all are shown."))
        #expect(!page.contains("<b>") && !page.contains("data-site="))
    }

    @Test("With one site nothing is said of sites", arguments: ["/", "/?site=home", "/?site="])
    func one(_ path: String) async throws {
        let page = try await page(path, sites: ["home"])
        #expect(cameras(page) == ["home-cam"])
        for words in ["All sites", "wall-title", "data-site=", "site=home", "Cameras of home", "No camera is at"] {
            #expect(!page.contains(words), "\(words)")
        }
    }

    @Test func `Who may see no video is told so, and its script that there is more than is shown`() async throws {
        let page = try await page("/", sites: ["home"], grants: [Grant(.viewer, video: false)])
        #expect(page.contains("No live video") && !page.contains("data-whole") && cameras(page) == [])
    }

    @Test func `A page without cameras says what to do for them`() async throws {
        let page = try await page("/", sites: [])
        #expect(page.contains("No camera yet") && cameras(page) == [])
    }
}
