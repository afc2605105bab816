import Protocol

extension StoredEvent {
    /// The same for those who may not see who is known.
    package var withoutNames: StoredEvent {
        var event = self
        event.identities = IdentityJSON.withoutNames(identities)
        return event
    }

    /// The same as somebody may see it.
    func shown(_ context: WebContext) -> StoredEvent {
        var shown = context.access.may(.identify, site: event.site, camera: event.sourceID) ? self : withoutNames
        // What belongs together would tell that something was in between.
        if !context.access.scope(.see).contains(site: event.site) { shown.incident = nil }
        return shown
    }
}

extension PublishedEvent {
    /// The JSON for those who may not see who is known; nil where it names nobody.
    var jsonWithoutNames: [UInt8]? {
        guard let place = identities, !json[place].elementsEqual(StoredEvent.nobody) else { return nil }
        return json[..<place.lowerBound] + IdentityJSON.withoutNames(Array(json[place])) + json[place.upperBound...]
    }
}
