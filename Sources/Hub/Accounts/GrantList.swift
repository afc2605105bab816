private import Protocol

/// Grants as they stand in requests and answers.
enum GrantList {
    /// Places where one account may have rights.
    private static let limit = 100

    /// What a member `grants` is read as.
    struct Asked: Decodable {
        let role: Role
        let site: String?
        let camera: String?
        let video: Bool?
        let faces: Bool?
    }

    static let rule =
        "at most \(limit), each with role (viewer, operator or administrator), site or camera or neither, and where wanted video and faces "
        + "(true or false)"

    /// Nil where one of them is none, or they are too many.
    static func grants(_ asked: [Asked]) -> [Grant]? {
        let isValid =
            asked.count <= limit
            && asked.allSatisfy { grant in
                (grant.site == nil || grant.camera == nil) && [grant.site, grant.camera].compactMap(\.self).allSatisfy(Identifier.isValid)
            }
        guard isValid else { return nil }
        return asked.map { Grant($0.role, site: $0.site, camera: $0.camera, video: $0.video ?? true, faces: $0.faces) }
    }

    /// For the audit log.
    static func words(_ grants: [Grant]) -> String {
        if grants.isEmpty { return "no rights" }
        return grants.map { grant in
            let place = grant.site.map { "site \($0)" } ?? grant.camera.map { "camera \($0)" } ?? "everything"
            let without = (grant.video ? "" : " without video") + (grant.faces ? "" : " without faces and names")
            return "\(grant.role.rawValue) of \(place)\(without)"
        }.joined(separator: ", ")
    }

    static func append(_ grants: [Grant], to out: inout [UInt8]) {
        out.append(UInt8(ascii: "["))
        for (index, grant) in grants.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            out += Array("{\"role\":\"\(grant.role.rawValue)\",\"site\":".utf8)
            if let site = grant.site { JSONText.append(site, to: &out) } else { out += Array("null".utf8) }
            out += Array(",\"camera\":".utf8)
            if let camera = grant.camera { JSONText.append(camera, to: &out) } else { out += Array("null".utf8) }
            out += Array(",\"video\":\(grant.video),\"faces\":\(grant.faces)}".utf8)
        }
        out.append(UInt8(ascii: "]"))
    }
}
