import Base
import Foundation
import HTTPTypes
import Protocol
import TestSupport
import Testing

@testable import Hub

@Suite(.timeLimit(.minutes(10))) struct MergeRoutesTests {
    private static func add(_ name: String, _ site: IdentitiesTests.Site, _ event: Int) async throws -> String {
        let made = try await site.ask(
            .post, "/api/v1/individuals", #"{"kind":"person","name":"\#(name)","events":["\#(site.events[event].id)"]}"#)
        return try #require(try JSONObject(made.body).string("id"))
    }

    private static func merges(_ site: IdentitiesTests.Site, _ id: String) async throws -> [[String: Any]] {
        let answer = try await site.ask(.get, "/api/v1/individuals/\(id)/merges")
        #expect(answer.status == 200)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
        return try #require(object["items"] as? [[String: Any]])
    }

    @Test func `Two people are one, and two again, and what was seen follows`() async throws {
        try await IdentitiesTests.withSite { site in
            // Of 2° the cosine is 1, of 90° 0.
            for (place, angle) in [0.0, 90, 92, 2].enumerated() { #expect(try await site.send(place, angle: angle) == 204) }
            let (anna, ben) = (try await Self.add("Anna", site, 0), try await Self.add("Ben", site, 1))
            try await eventually("all are known") {
                try await site.said(0, 1, 2, 3) == ["known Anna", "known Ben", "known Ben", "known Anna"]
            }

            let merged = try await site.ask(.post, "/api/v1/individuals/\(anna)/merge", #"{"individual":"\#(ben)"}"#)
            #expect(merged.status == 200)
            #expect(try JSONObject(merged.body).string("id") == anna && JSONObject(merged.body).integer("pictures") == 2)
            #expect(try await site.said(1, 2) == ["known Anna", "known Anna"])
            #expect(try await site.send(4, angle: 88) == 204)
            try await eventually("whoever comes is known by the other's picture") { try await site.said(4) == ["known Anna"] }
            let merge = try #require(try await Self.merges(site, anna).first)
            #expect(merge["id"] as? String == ben && merge["name"] as? String == "Ben" && merge["into"] as? String == anna)
            #expect(merge["pictures"] as? Int == 1 && merge["merged_by"] as? String != nil && merge["merged_at"] as? String != nil)
            let export = try await site.ask(.get, "/api/v1/individuals/\(anna)/export")
            let document = try #require(try JSONSerialization.jsonObject(with: Data(export.body)) as? [String: Any])
            #expect((document["merges"] as? [[String: Any]])?.map { $0["name"] as? String } == ["Ben"])
            #expect(try await site.ask(.get, "/api/v1/individuals/\(ben)").status == 404)

            #expect(try await site.ask(.delete, "/api/v1/individuals/\(anna)/merges/\(ben)").status == 204)
            #expect(try await site.ask(.delete, "/api/v1/individuals/\(anna)/merges/\(ben)").status == 404)
            #expect(try await site.said(0, 1) == ["known Anna", "known Ben"])
            try await eventually("what was compared follows") {
                try await site.said(2, 3, 4) == ["known Ben", "known Anna", "known Ben"]
            }
            #expect(try await Self.merges(site, anna).isEmpty)
        }
    }

    @Test func `A group that got somebody's name by mistake is nobody's again`() async throws {
        try await IdentitiesTests.withSite { site in
            for (place, angle) in [0.0, 90, 92, 94].enumerated() { #expect(try await site.send(place, angle: angle) == 204) }
            let anna = try await Self.add("Anna", site, 0)
            let group = site.events[1...2].map { "\"\($0.id)\"" }.joined(separator: ",")
            #expect(try await site.ask(.patch, "/api/v1/individuals/\(anna)", #"{"events":[\#(group)]}"#).status == 200)
            try await eventually("who is alike follows") { try await site.said(1, 2, 3) == ["known Anna", "known Anna", "known Anna"] }
            let naming = try #require(try await Self.merges(site, anna).first)
            #expect(naming["name"] is NSNull && naming["pictures"] as? Int == 2)
            let id = try #require(naming["id"] as? String)
            #expect(try await site.ask(.delete, "/api/v1/individuals/\(anna)/merges/\(id)").status == 204)
            try await eventually("they are nobody's") { try await site.said(1, 2, 3) == ["unknown -", "unknown -", "unknown -"] }
            #expect(try await site.said(0) == ["known Anna"])
        }
    }

    @Test func `What cannot be merged is told why`() async throws {
        try await IdentitiesTests.withSite { site in
            #expect(try await site.send(0, angle: 0) == 204)
            let anna = try await Self.add("Anna", site, 0)
            let made = try await site.ask(.post, "/api/v1/individuals", #"{"kind":"pet","name":"Milo"}"#)
            let milo = try #require(try JSONObject(made.body).string("id"))
            let nobody = EventID(high: 1, low: 1)
            for (other, status, kind) in [
                (#""\#(anna)""#, 409, "same-individual"), (#""\#(milo)""#, 409, "wrong-kind"), (#""\#(nobody)""#, 404, "not-found"),
                (#""Anna""#, 404, "not-found"), ("null", 400, "bad-body"), ("7", 400, "bad-body"),
            ] {
                let answer = try await site.ask(.post, "/api/v1/individuals/\(anna)/merge", #"{"individual":\#(other)}"#)
                #expect(answer.status == status, "\(other)")
                #expect(try JSONObject(answer.body).string("type") == "/problems/\(kind)", "\(other)")
            }
            #expect(try await site.ask(.post, "/api/v1/individuals/\(anna)/merge", "[").status == 400)
            #expect(try await site.ask(.post, "/api/v1/individuals/\(nobody)/merge", #"{"individual":"\#(anna)"}"#).status == 404)
            #expect(try await site.ask(.get, "/api/v1/individuals/\(nobody)/merges").status == 404)
            #expect(try await site.ask(.delete, "/api/v1/individuals/\(anna)/merges/x").status == 404)
            // Whoever was erased comes back by no split, and is merged with nobody.
            let ben = try await site.ask(.post, "/api/v1/individuals", #"{"kind":"person","name":"Ben"}"#)
            let id = try #require(try JSONObject(ben.body).string("id"))
            #expect(try await site.ask(.delete, "/api/v1/individuals/\(id)").status == 204)
            #expect(try await site.ask(.post, "/api/v1/individuals/\(anna)/merge", #"{"individual":"\#(id)"}"#).status == 404)
            #expect(try await site.ask(.delete, "/api/v1/individuals/\(anna)/merges/\(id)").status == 404)
        }
    }
}
