### The texts of the API for people, in English.
### problem-CODE: the title of a problem document; .detail says what to do. violation-CODE: what is wrong with one field.
### vi.ftl has the same messages in the same order.

## Problems: the request itself

problem-malformed_body = The request could not be read
    .detail = The body is not valid JSON, or it names a field twice. Please correct it and send it again.
problem-invalid_parameter = Invalid parameter
    .detail = A parameter in the address is unknown, repeated or has a value that is not allowed. Please correct what is listed and try again.
problem-invalid_cursor = This page of the list is no longer valid
    .detail = The cursor belongs to another list, filter, sort order or user. Please start again from the first page.
problem-cursor_gone = The history of events is no longer the one of this cursor
    .detail = The deployment was restored from a backup. Please read the events again from the beginning, or with since from a time that you know.
problem-invalid_header = Invalid header
    .detail = A header of the request does not have the expected form. Please correct what is listed and try again.
problem-not_found = Not found
    .detail = There is no such record, or you do not have access to it. Please check the link, or ask your administrator for access.
problem-method_not_allowed = This method is not allowed here
    .detail = The address exists, but it does not support this method. Please use one of the methods in the Allow header.
problem-not_acceptable = The requested response format is not available
    .detail = Responses are in JSON, but the Accept header of the request excludes JSON. Please accept application/json.
problem-body_too_large = The request is too large
    .detail = The request contains more data than the server accepts. Please send less data in one request.
problem-body_too_slow = The request took too long to arrive
    .detail = The data did not arrive in time. Please check your connection and try again.
problem-unsupported_media_type = This format is not supported
    .detail = The server cannot read the format of the data. Please send JSON, or the format given in the documentation of the API.
problem-range_not_satisfiable = The requested part does not exist
    .detail = The Range header requests a part beyond the end of the file. Please request a part within its length, or the whole file.
problem-validation_failed = Some information is not valid
    .detail = Please correct the fields that are listed and send the request again.
problem-idempotency_key_reused = This Idempotency-Key was already used
    .detail = The same Idempotency-Key was sent with a different request before. Please use a new key for each new request.
problem-version_mismatch = The record has been changed in the meantime
    .detail = The record was changed after you opened it. Please reload the latest version, check it, and make your changes again.
problem-version_required = The version of the record is missing
    .detail = This request requires the version of the record that you have seen. Please reload the record and send its ETag in the If-Match header.

## Problems: signing in and rights

problem-unauthenticated = You are not signed in
    .detail = Your session has expired, or no valid access token or API key was sent. Please sign in and try again.
problem-invalid_credentials = The e-mail address or the password is not correct
    .detail = Please check both and try again. If you still cannot sign in, please contact your administrator.
problem-invalid_refresh_token = Your session has ended
    .detail = The session can no longer be continued. Please sign in again.
problem-invalid_signature = The signature is not valid
    .detail = The request is not signed with the secret of this telephone exchange. Please check that the secret is the same in both systems.
problem-refresh_in_progress = The session is being refreshed
    .detail = Another request of the same application has just refreshed this session. Please use the tokens from that response.
problem-forbidden = You are not allowed to do this
    .detail = Your role, or the API key in use, does not have the right to do this. Please ask your administrator if you need it.

## Problems: limits and the state of the service

problem-too_many_requests = Too many requests
    .detail = You have sent too many requests in a short time. Please wait a little, as the Retry-After header says, and try again.
problem-form_quota_exceeded = The form cannot take any more submissions at the moment
    .detail = The form has reached its limit of submissions for this hour. Please try again later.
problem-internal_error = Something went wrong on our side
    .detail = The request could not be completed because of a fault on our side. Please try again; if the fault persists, please contact your administrator.
problem-unavailable = The service is temporarily unavailable
    .detail = Your data cannot be reached at the moment. Please try again in a few minutes.
problem-storage_unavailable = Files cannot be stored or read at the moment
    .detail = The storage of files is full or cannot be reached. Please try again later; if the fault persists, please contact your administrator.
problem-storage_full = The system has no room left for new data
    .detail = Nothing was saved. Please try again later; if the fault persists, please contact your administrator.
problem-not_initialised = The system has not been set up yet
    .detail = The system has no playbook yet. Please ask your administrator to finish the set-up by running "chot init".

## Problems: any record

problem-wrong_status = This is not possible in the current status
    .detail = The status of the record does not allow this. Please reload the record and choose an action that its status allows.
problem-archived = The record is archived
    .detail = Archived records cannot be changed. Please restore the record, or the record that it belongs to, and try again.
problem-already_exists = This already exists
    .detail = Another record already has this name, address, code or key. Please choose a different one, or use the existing record.
problem-in_use = The record is in use
    .detail = Other records depend on this one, so this cannot be done. Please close, move or archive those first.
problem-stage_needs_action = The record cannot be moved to this stage
    .detail = The stage is for another status. Please use the action that sets this status, such as assign, convert, win or lose.
problem-tag_of_stage = The tag of the current stage cannot be removed
    .detail = A record keeps the tag of its stage while it is in that stage. Please move the record to another stage instead of removing the tag.
problem-no_trials = There are no trials
    .detail = This organisation grants no trials: its playbook defines no trial period.
problem-not_in_pool = The record is no longer in the pool
    .detail = Somebody else has taken the record, or it was not in the pool. Please refresh the list and choose another one.
problem-owner_required = The record has no salesperson yet
    .detail = The record is in the pool and has no owner. Please claim it, or ask a manager to assign it, and try again.

## Problems: leads and their conversion

problem-lead_not_verified = The lead has not been verified yet
    .detail = Please mark the information of the lead as real before you convert it.
problem-too_few_contact_attempts = More contact attempts are required first
    .detail = Your organisation requires more contact attempts before a lead is recycled. Please record them as activities of the lead and try again.
problem-support_answer_missing = An answered support request is required first
    .detail = Your organisation requires an answered support request before a lead is recycled. Please create a support request for this lead and wait for the answer.
problem-lead_already_converted = The lead has already been converted
    .detail = A converted lead can no longer be changed. Please work with the account it became, or revert the conversion first.
problem-duplicates_undecided = There may be duplicates
    .detail = Records were found that may be the same customer. Please decide for each of them: link it, or confirm that it is somebody else.
problem-account_not_editable = You cannot edit this account
    .detail = The account that you want to link belongs to somebody else. Please contact its salesperson or your manager.
problem-conversion_blocked = The conversion can no longer be reverted
    .detail = Records of this conversion have changed since. Please correct those records directly instead.
problem-conversion_reverted = The conversion has already been reverted
    .detail = There is nothing left to revert. If you need the account again, please convert the lead once more.

## Problems: accounts and opportunities

problem-identity_taken = An account with this number already exists
    .detail = The tax code or citizen identity number belongs to an existing account. Please check the number, or use that account; if you cannot see it, please ask your manager.
problem-child_account = A child account cannot have opportunities
    .detail = Please create the opportunity for the parent account.
problem-open_opportunities = The account still has open opportunities
    .detail = Please close all open opportunities of the account as won or lost, or archive them, and try again.

## Problems: users

problem-last_administrator = This is the last administrator
    .detail = At least one active administrator must remain. Please make another user an administrator first.

## Problems: anything else

problem-sandbox_off = This is not a sandbox
    .detail = Only a sandbox has a clock that can be moved; start the server with CHOT_SANDBOX=1 to try things out.
problem-other = The request could not be completed
    .detail = Please check your input and try again. If the problem persists, please contact your administrator.

## Violations: the shape of a request

violation-required = Please fill in this field.
violation-unknown_member = This field is unknown; please remove it.
violation-repeated_member = This field is given more than once; please give it only once.
violation-wrong_type = This value is of the wrong type.
violation-wrong_length = This value does not have the right number of elements.
violation-not_one_of = Please choose one of the allowed values.
violation-unknown_value = This value is not known; please check it or choose another one.
violation-invalid_value = This value is not valid; please check it.
violation-invalid_id = This is not a valid record identifier.
violation-immutable = This field cannot be edited; please use the action that changes it.
violation-empty_patch = Nothing was changed; please give at least one field to change.

## Violations: text, numbers, lists and dates

violation-blank = Please enter some text here.
violation-too_short = This text is too short.
violation-too_long = This text is too long; please shorten it.
violation-nul_character = This text contains a character that is not allowed; please type it again.
violation-out_of_range = This number is outside the allowed range.
violation-too_large = This amount is too large; please check it.
violation-not_whole = Please enter a whole amount without decimals.
violation-too_few = There are too few entries in this list.
violation-too_many = There are too many entries in this list.
violation-repeated = This entry occurs more than once; please keep it only once.
violation-in_the_past = This time has already passed; please choose a later one.
violation-in_the_future = This date cannot be in the future.

## Violations: formats

violation-invalid_phone = This telephone number is not valid; please check it, and add the country code if it is a foreign number.
violation-invalid_email = This e-mail address is not valid; please enter one such as name@example.com.
violation-invalid_web_address = This web address is not valid; please enter one such as https://example.com.
violation-invalid_money = Please enter an amount of zero or more, in digits without thousands separators, such as 150000000.
violation-invalid_tax_code = This tax code is not valid; a tax code has 10, 12 or 13 digits.
violation-tax_code_checksum = This tax code does not exist; please check for mistyped digits.
violation-invalid_citizen_id = This identity number is not valid; a citizen identity card has 12 digits and an old identity card has 9.
violation-invalid_idempotency_key = The Idempotency-Key must have 1 to 255 letters, digits, hyphens or underscores.
violation-invalid_if_match = If-Match must contain versions in quotation marks, such as "3", as in the ETag header.
violation-invalid_key = Please use only lower-case letters, digits and underscores, beginning with a letter.

## Violations: what a field refers to

violation-not_found = This record does not exist, or you do not have access to it; please choose another one.
violation-unknown_key = This value is not in the lists of your organisation; please choose one from the list.
violation-retired_key = This value is no longer in use; please choose another one from the list.
violation-reserved_key = This reason belongs to a rule of the system; please choose another one.
violation-cannot_own = The role of this user cannot own such records; please choose another user.

## Violations: accounts and contacts

violation-not_for_this_kind = This field does not suit the kind of customer: a tax code is for companies, a citizen identity number and a date of birth are for individuals.
violation-before_date_of_birth = The date of issue must be later than the date of birth.
violation-unknown_province = This is not the code of a current province; please choose a province from the list.
violation-invalid_commune_code = The code of a commune has exactly 5 digits.
violation-is_a_child_itself = The parent account chosen is a child account itself; please choose an account without a parent.
violation-is_the_account_itself = An account cannot be its own parent; please choose another account.

## Violations: leads, web forms and conversion

violation-no_way_to_reach = Please enter at least one way to reach the lead, such as a telephone number or an e-mail address.
violation-not_for_this_result = A reason is given only when the information is not real; please remove it.
violation-name_not_mapped = Please map one field of the form to the name of the lead.
violation-account_is_needed = A conversion always needs an account; please create or link one.
violation-belongs_to_another_account = This record does not belong to the linked account; please choose one that does.
violation-only_with_link = This may be given only when an existing record is linked.
violation-only_with_create = This may be given only when a new record is created.

## Violations: opportunities

violation-stage_of_another_card = This stage is for another kind of record; please choose a suitable stage.
violation-not_an_open_stage = A new opportunity begins in an open stage; please choose one.
violation-not_the_account_owner = An opportunity belongs to the salesperson of its account; please choose that person, or leave this field empty.
violation-activity_of_another_kind = This activity is of another kind; evidence of a meeting needs a meeting, and evidence of a call needs a call.
violation-already_given = This was already submitted as evidence; please submit something new.
violation-not_done = This activity has not taken place yet; please complete it first.
violation-not_for_this_evidence = This field does not belong to this kind of evidence; please remove it.
violation-of_another_opportunity = This belongs to another record; evidence requires a file or an activity of this opportunity.

## Violations: requests for support

violation-is_oneself = You cannot ask yourself for support; please choose somebody else.

## Violations: files

violation-invalid_file_name = This file name is empty or contains control characters; please rename the file.
violation-empty_file = This file is empty; please choose another one.
violation-file_type_not_allowed = Files of this type are not accepted; please send a picture, a PDF or Office document, text in UTF-8, audio, video or a ZIP file.
violation-content_type_mismatch = The content of this file does not match its name or type; please check the file and its extension.
violation-image_too_large = This picture has too many pixels; please make it smaller.
violation-harmful_content = This file was recognised as harmful and is not accepted.

## Violations: activities and calendars

violation-only_one_record = This can be related to only one record; please give only one.
violation-out_of_reach = You cannot assign to this colleague; please choose a member of your team, or ask somebody who assigns records.
violation-record_required = Please give the related record: exactly one of the identifiers.
violation-only_when_done = This is only for completed activities; please give the time of completion, or remove this field.
violation-only_while_planned = The password to a customer's computer is kept only while the activity is planned; please remove it.
violation-before_the_start = The end must come after the beginning.
violation-too_old = This happened too long ago to be accepted now.
violation-too_soon = This is too soon after a call that was not answered; please wait for the next half-day.
violation-too_late = The end is too long after the beginning: an activity lasts 31 days at most, and a calendar shows 62 days at once.

## Violations: users, teams and API keys

violation-wrong_password = The current password is not correct.
violation-common_password = This password is one of those that are tried first; please choose another one, such as a sentence.
violation-contains_own_name = This password contains your own name; please choose another one.
violation-contains_own_address = This password contains a part of your own e-mail address; please choose another one.
violation-below_itself = A team cannot be below itself or one of its own teams; please choose another parent team.
violation-beyond_your_rights = You do not have this right yourself, so an API key cannot have it; please remove it.

## Violations: the playbook

violation-unknown_playbook = There is no playbook with this name; please choose one of those available.
violation-repeated_key = This key occurs more than once; please give each entry its own key.
violation-status_of_another_card = This status is not for the kind of record of the stage.
violation-no_stage_for_status = Please provide at least one stage in use for each of the statuses open, won and lost.
violation-only_for_choices = Only a choice field has options; please remove them, or make it a choice field.
violation-admin_needs_every_permission = The role "admin" must exist, with the scope "all" and every permission.

## Violations: anything else

violation-clock_backwards = The clock can only be moved forward; please choose a later time.
violation-not_together = Please give only one of these fields.
violation-other = This value is not accepted; please check it.

## Notifications
### notification-KIND-title and -text: the texts of a notification. $name: the record; $count: the number of leads; $reason: the reason given.

notification-other-title = A new notification
notification-other-text = Something happened that this version of the program does not know. Please reload the page.
notification-lead_assigned-title = { $count ->
        [1] The lead { $name } was given to you
       *[other] { $count } leads were given to you
    }
notification-lead_assigned-text = { $count ->
        [1] You are now responsible for the lead { $name }. Please make contact.
       *[other] You are now responsible for { $count } more leads, among them { $name }. Please make contact.
    }
notification-lead_recalled-title = The lead { $name } was taken back
notification-lead_recalled-text = No contact with { $name } was recorded in time, so the lead was taken back and given to somebody else.
notification-lead_follow_up_due-title = Follow up { $name }
notification-lead_follow_up_due-text = Please resume work on the lead { $name } today.
notification-trial_ended-title = The trial of { $name } is over
notification-trial_ended-text = The trial period of { $name } has ended.
notification-account_assigned-title = The account { $name } was given to you
notification-account_assigned-text = You are now responsible for the account { $name } and its open opportunities.
notification-account_released-title = The account { $name } was returned to the pool
notification-account_released-text = You are no longer responsible for the account { $name }. Its events show the reason. Users who may claim accounts can claim it now.
notification-opportunity_lost_by_check-title = The opportunity { $name } was lost because evidence is missing
notification-opportunity_lost_by_check-text = No valid evidence for { $name } was submitted by the end of the day, so the system closed the opportunity as lost.
notification-evidence_warned-title = The evidence for { $name } was not accepted
notification-evidence_warned-text = Customer care has warned about the evidence for { $name }: { $reason }. Please submit new evidence, or the opportunity will be lost.
notification-activity_assigned-title = Planned for you: { $name }
notification-activity_assigned-text = The activity { $name } was put into your calendar.
notification-activity_due-title = Due: { $name }
notification-activity_due-text = Your activity { $name } is due.
notification-support_requested-title = Support requested: { $name }
notification-support_requested-text = A member of your team asks for support with { $name }. Please answer the request.
notification-support_answered-title = Your request for support was answered: { $name }
notification-support_answered-text = Your request for support with { $name } was answered. Please read the answer.
letter-greeting = Dear { $name },
letter-path = The record: { $path }
letter-end = You can choose which notifications are sent by e-mail: /api/v1/me/notification-preferences
