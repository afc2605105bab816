extension [Grant] {
    /// What these and others give both: of each two of them the lower role, with what both show, at the place that they have in common. A grant at a
    /// site and one for a camera have none, as nobody knows here where the camera is.
    package func limited(to limits: [Grant]) -> [Grant] {
        var found: [Grant] = []
        for grant in self {
            for limit in limits {
                guard let both = grant.limited(to: limit), !found.contains(both) else { continue }
                found.append(both)
            }
        }
        return found
    }
}

extension Grant {
    private var isEverywhere: Bool { site == nil && camera == nil }

    fileprivate func limited(to limit: Grant) -> Grant? {
        guard isEverywhere || limit.isEverywhere || (site, camera) == (limit.site, limit.camera) else { return nil }
        let place = isEverywhere ? limit : self
        let lower = Role.allCases.first { $0 == role || $0 == limit.role } ?? role
        return Grant(lower, site: place.site, camera: place.camera, video: video && limit.video, faces: faces && limit.faces)
    }
}
