import HTTPTypes

extension Problem {
    init(push error: PushError) {
        switch error.code {
        case .endpoint:
            self.init(.badRequest, "unusable-endpoint", "Nothing is sent to this push service", error.message, parameter: "endpoint")
        case .keys: self.init(.serviceUnavailable, "notifications-off", "Notifications are off", error.message)
        case .tooLong, .unreachable: self.init(.internalServerError, "internal", "Something went wrong", error.message)
        }
    }
}
