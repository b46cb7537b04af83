use chot_domain::identity::Permission::{self, *};
use serde_json::{Value, json};

/// What each permission is needed for. An operation that is missing here wants a credential only, or nothing.
const NEEDED: &[(Permission, &[&str])] = &[
    (
        LeadsRead,
        &[
            "listLeads",
            "listLeadAssignments",
            "reportLeadRecalls",
            "listTrials",
            "getTrial",
            "getLead",
            "listLeadDuplicates",
            "listLeadTimeline",
            "listConversions",
            "getConversion",
        ],
    ),
    (NotificationsRead, &["listNotifications", "countUnreadNotifications", "getNotification"]),
    (NotificationsUpdate, &["markNotificationRead", "markAllNotificationsRead", "updateNotificationPreferences"]),
    (LeadsCreate, &["createLead"]),
    (
        LeadsUpdate,
        &[
            "updateLead",
            "markLeadContacted",
            "verifyLead",
            "junkLead",
            "returnLead",
            "recycleLead",
            "resumeLead",
            "moveLead",
            "tagLead",
            "untagLead",
            "grantTrial",
            "endTrial",
        ],
    ),
    (LeadsAssign, &["assignLead", "assignLeads"]),
    (LeadsClaim, &["claimLead"]),
    (LeadsConvert, &["convertLead", "revertConversion"]),
    (LeadsArchive, &["archiveLead", "restoreLead"]),
    (LeadFormsWrite, &["listLeadForms", "createLeadForm", "getLeadForm", "updateLeadForm"]),
    (AccountsRead, &["listAccounts", "getAccountCounters", "listAccountTimeline", "listContacts", "getContact"]),
    (AccountsCreate, &["createAccount"]),
    (
        AccountsUpdate,
        &["updateAccount", "moveAccount", "changeCustomerStatus", "tagAccount", "untagAccount", "createContact", "updateContact"],
    ),
    (AccountsAssign, &["assignAccount"]),
    (AccountsClaim, &["claimAccount"]),
    (AccountsRelease, &["releaseAccount"]),
    (AccountsArchive, &["archiveAccount", "restoreAccount", "archiveContact", "restoreContact"]),
    (
        OpportunitiesRead,
        &[
            "listOpportunities",
            "getOpportunity",
            "listOpportunityStages",
            "listOpportunityTimeline",
            "listEvidence",
            "getEvidence",
            "checkEvidence",
        ],
    ),
    (OpportunitiesCreate, &["openOpportunity"]),
    (OpportunitiesUpdate, &["updateOpportunity", "moveOpportunity", "tagOpportunity", "untagOpportunity"]),
    (OpportunitiesClose, &["winOpportunity", "loseOpportunity"]),
    (OpportunitiesReopen, &["reopenOpportunity"]),
    (OpportunitiesArchive, &["archiveOpportunity", "restoreOpportunity"]),
    (EvidenceWrite, &["giveEvidence"]),
    (
        EvidenceReview,
        &[
            "warnEvidence",
            "acceptEvidence",
            "drawEvidence",
            "listEvidenceReviews",
            "getEvidenceReview",
            "acceptEvidenceReview",
            "warnEvidenceReview",
            "listEvidenceChecks",
        ],
    ),
    (SupportRequest, &["listSupportRequests", "createSupportRequest", "getSupportRequest", "withdrawSupportRequest"]),
    (SupportAnswer, &["answerSupportRequest"]),
    (AttachmentsRead, &["listAttachments", "getAttachment", "downloadAttachment"]),
    (AttachmentsWrite, &["uploadAttachment", "archiveAttachment", "restoreAttachment"]),
    (ProductsRead, &["listProducts", "getProduct"]),
    (ProductsWrite, &["createProduct", "updateProduct"]),
    (UsersRead, &["listUsers", "getUser", "listRoles", "listTeams", "getTeam"]),
    (UsersWrite, &["createUser", "updateUser", "createTeam", "updateTeam"]),
    (ApiKeysWrite, &["listApiKeys", "createApiKey", "getApiKey", "revokeApiKey"]),
    (PlaybookRead, &["getPlaybook", "listPipelines", "getPipeline"]),
    (EventsRead, &["listEvents"]),
    (
        TimersManage,
        &["listTimers", "getTimerBacklog", "getTimer", "retryTimer", "listDeliveries", "getDelivery", "retryDelivery"],
    ),
    (SandboxWrite, &["getSandboxClock", "moveSandboxClock"]),
    (
        ActivitiesRead,
        &[
            "listActivities",
            "getActivity",
            "getCalendar",
            "listDueToday",
            "getCalendarFeed",
            "createCalendarFeed",
            "revokeCalendarFeed",
        ],
    ),
    (CallsLog, &["logCall", "getStringee", "setStringee"]),
    (
        ActivitiesWrite,
        &[
            "createActivity",
            "updateActivity",
            "archiveActivity",
            "restoreActivity",
            "completeActivity",
            "rescheduleActivity",
            "cancelActivity",
            "assignActivity",
        ],
    ),
];

/// Says which permission an operation needs, to people in the description and to programs in `x-permission`.
pub fn describe(operation: &str, document: &mut Value) {
    let Some((permission, _)) = NEEDED.iter().find(|(_, operations)| operations.contains(&operation)) else {
        return;
    };
    let word = json!(permission);
    let described = document["description"].as_str().unwrap_or_default();
    document["description"] = format!("{described}\n\nNeeds the permission `{}`.", word.as_str().unwrap_or_default()).into();
    document["x-permission"] = word;
}
