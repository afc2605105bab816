/// Where a camera looks at. The raw values stand in the store and in answers.
package enum CameraPlace: String, Sendable, Hashable, CaseIterable { case indoor, outdoor, entrance }
