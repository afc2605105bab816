/// A role that an account has somewhere: in the whole installation, at a site, or for a camera.
package struct Grant: Sendable, Hashable, Codable {
    package var role: Role
    /// Nil with `camera` for the whole installation.
    package var site: String?
    package var camera: String?
    /// Whether live and recorded video may be seen, in which nobody is hidden.
    package var video: Bool
    /// Whether faces and names may be seen.
    package var faces: Bool

    /// - Parameters:
    ///   - video: Administrators always may.
    ///   - faces: Administrators always may; nil for what the role has by itself: viewers do not.
    package init(_ role: Role, site: String? = nil, camera: String? = nil, video: Bool = true, faces: Bool? = nil) {
        self.role = role
        self.site = site
        self.camera = camera
        self.video = video || role == .administrator
        self.faces = role == .administrator || (faces ?? (role != .viewer))
    }

    func gives(_ right: Right) -> Bool {
        switch right {
        case .see: true
        case .watch: video
        case .identify: faces
        case .operate: role != .viewer
        case .administer: role == .administrator
        }
    }
}
