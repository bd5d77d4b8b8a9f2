## Section
practices-nav = Practices
practices-feed = New practices
practices-title = Best practices of the community
practices-title-hub = National depository of best practices
practices-lead = Solutions that have already worked here: what was done, what it cost and what changed in numbers.
practices-lead-hub = Checked solutions of communities from all over the country. Find one like your situation, compare and repeat it.
practices-home = New practices
practices-home-hub = New in the depository
practices-all = All practices
practices-count = { $n ->
    [one] { $n } practice found
   *[other] { $n } practices found
}
practices-tools = What can be done
practices-views = View
practices-view-list = List
practices-view-map = Map
practices-view-timeline = Over time
practices-search-label = Words from the title or description
practices-facet-topic = Topic
practices-facet-oblast = Oblast
practices-facet-status = Implementation
practices-facet-evidence = Evidence
practices-facet-community = Kind of community
practices-facet-licence = Licence
practices-facet-year = Year of publication
practices-sort-newest = Newest first
practices-sort-oldest = Oldest first
practices-sort-relevance = Most relevant first
practices-empty-title = Practices will stand here
practices-empty-text = As soon as the community publishes its first practice, it will appear in this list.
practices-none-title = Nothing was found under these conditions
practices-none-text = Remove some of the filters or try other words.
practices-export-all = Take the list away:
practices-export-csv = CSV table
practices-export-jsonld = JSON-LD data
practices-map-caption = Practices by oblast
practices-map-value = Practices
practices-map-zero = No practices yet:
practices-quarter = Quarter { $quarter } of { $year }
practices-classifier = Classifier
practices-evidence-badge = Evidence: { $level }

## Card
practices-facts = Facts
practices-more = More
practices-related = Related practices
practices-files = Files
practices-versions = Versions
practices-cite = How to cite
practices-accessed = accessed
practices-compare-with = Compare with others
practices-at-origin = Page of the community
practices-curate = Curator’s page
practices-before = Before
practices-after = After
practices-change = Change
practices-metric = Indicator
practices-source = Source
practices-results-table = Results in numbers
practices-uah = UAH { $n }
practices-uah-unit = UAH
practices-months = { $n ->
    [one] { $n } month
   *[other] { $n } months
}
practices-review-due = Confirmation is due
practices-outdated = Not confirmed for a long time
practices-review-text = The community had to confirm this by { $date }. Before you repeat it, ask whether it still holds.
practices-archived-text = The practice is archived: it is no longer kept up, but its page stays.
practices-stopped-text = This is a failure that the community shares. The reason is given below.
practices-changed-since = The community changed the card after the curator’s decision. The change is still being checked.
practices-completeness = { $n ->
    [one] The card is { $n } per cent complete.
   *[other] The card is { $n } per cent complete.
}
practices-hub-said = Decisions of the national hub
practices-delivery-title = Who has got it
practices-delivery = Delivered to { $delivered } of { $receivers }, { $waiting } waiting.
practices-delivery-waiting = Have not answered yet:
practices-delivery-refused = { $host } refused it (answer { $status }).
practices-remarks = Remarks
practices-label-title = Title
practices-label-summary = In short
practices-label-title-en = Title in English
practices-label-summary-en = In short, in English
practices-label-status = Implementation
practices-label-stop-reason = Why it was stopped
practices-label-problem = Problem
practices-label-context = Circumstances
practices-label-community-kind = Kind of community
practices-label-population = Residents
practices-label-solution = Solution
practices-label-steps = Steps
practices-label-outcomes = Results
practices-label-technology = Technology
practices-label-cost-uah = Cost
practices-label-cost-note = What the cost is made of
practices-label-months = Time to implement
practices-label-team = Team
practices-label-started-on = Began
practices-label-ended-on = Ended
practices-label-risks = Risks and failures
practices-label-lessons = Lessons
practices-label-replicability = What it takes to repeat it
practices-label-legal-base = Legal base
practices-label-contact = Contact
practices-label-territories = Where it works
practices-label-concepts = Classes
practices-label-licence = Licence
practices-label-evidence = Level of evidence
practices-label-evidence-note = What the level rests on
practices-label-published = Published
practices-label-updated = Updated
practices-label-review-due = Confirm by
practices-label-origin = Community
practices-label-class = Class in the depository
practices-label-adopted-from = Taken from
practices-status-pilot = Pilot
practices-status-operating = Operating
practices-status-stopped = Stopped
practices-community-rural = Rural community
practices-community-settlement = Settlement community
practices-community-city = City community
practices-community-district = District
practices-community-region = Region
practices-community-state = State body
practices-licence-cc-by = CC BY 4.0: with attribution
practices-licence-cc-by-sa = CC BY-SA 4.0: share alike
practices-licence-cc0 = CC0: no restrictions
practices-evidence-e0 = E0 — the community’s word
practices-evidence-e1 = E1 — documents attached
practices-evidence-e2 = E2 — checked by an expert
practices-evidence-e3 = E3 — checked on site
practices-evidence-e0-hint = The numbers come from the community itself, without documents.
practices-evidence-e1-hint = A document that shows the result is attached to the card.
practices-evidence-e2-hint = An independent expert has checked the calculation and the documents.
practices-evidence-e3-hint = An expert has seen the practice at work.

## States
practices-state-draft = Draft
practices-state-proposed = Proposed
practices-state-needs-update = Needs changes
practices-state-validated = Published
practices-state-archived = Archived
practices-state-deleted = Deleted
practices-curation-waiting = Waiting
practices-curation-returned = Returned with remarks
practices-curation-accepted = Accepted
practices-curation-declined = Declined
practices-curation-review-again = Changed since the decision
practices-curation-withdrawn = Withdrawn
practices-step-received = Received
practices-step-changed = The community changed the card
practices-step-accepted = Accepted
practices-step-returned = Returned with remarks
practices-step-declined = Declined
practices-step-withdrawn = Deleted by the community

## Actions
practices-do-submit = Send for validation
practices-do-validate = Publish
practices-do-return = Send back to the author
practices-do-archive = Archive
practices-do-restore = Bring back from the archive
practices-do-delete = Delete
practices-do-confirm = Confirm it still holds
practices-do-evidence = Change the level of evidence
practices-do-edit = Edit
practices-do-restore-version = Take this version up again
practices-ask-submit = The community’s editors will see the practice “{ $title }”. After validation it can be published.
practices-ask-validate = Everybody will see the practice “{ $title }”. Those who follow the community and the curators of the national hub will get it.
practices-ask-return = Write what exactly has to change in the practice “{ $title }”.
practices-ask-archive = The practice “{ $title }” will leave the lists. Its page and address will stay.
practices-ask-restore = The practice “{ $title }” will return to the lists. By this you confirm that it still holds.
practices-ask-delete = The practice “{ $title }” will be deleted for good with its files and versions. If it was public, a mark of the deletion will stay in its place. This cannot be undone.
practices-ask-confirm = You confirm that the practice “{ $title }” is still described correctly. The next confirmation is due in a year.
practices-ask-evidence = How well the results of the practice “{ $title }” are proven.
practices-done-submit = The practice has been sent for validation.
practices-done-validate = The practice has been published. It is on its way to those who follow the community.
practices-done-return = The practice has been sent back to its author with remarks.
practices-done-archive = The practice has been archived.
practices-done-restore = The practice is in the lists again.
practices-done-delete = The practice has been deleted.
practices-done-confirm = Thank you, the confirmation has been recorded.
practices-done-evidence = The level of evidence has been changed.
practices-remarks-hint = The author will see this text above the card.
practices-evidence-note-hint = Which document, or who checked it and when.
practices-flash-saved = Saved.
practices-flash-submitted = Saved and sent for validation.
practices-flash-file-added = The file has been added.
practices-flash-file-removed = The file has been taken away.
practices-flash-cover = The cover has been changed.
practices-flash-imported = { $n ->
    [one] { $n } draft has been added.
   *[other] { $n } drafts have been added.
}
practices-flash-accepted = The practice has been accepted. The community and everybody who follows the depository will hear of it.
practices-flash-returned = The practice has been returned. Only its community will see the remarks.
practices-flash-declined = The practice has been declined. Only its community will see the reason.
practices-restored-version = Version { $n } has been taken up as the newest.

## Versions
practices-versions-lead = Every saving leaves a version. Compare any two.
practices-version = Version
practices-saved = Saved
practices-note = Note
practices-changes = Changes
practices-what-changed = What changed
practices-version-n = Version { $n }
practices-version-of = Version { $n }: { $title }
practices-version-lead = This is how the card looked when it was saved on { $date }.
practices-diff-title = Version { $to } compared with version { $from }
practices-diff-any = Compare two versions
practices-diff-from = Older
practices-diff-to = Newer
practices-diff-show = Show the differences
practices-diff-none = There are no differences.

## Comparison
practices-compare = Comparison of practices
practices-compare-lead = Choose two to four practices and look at them side by side.
practices-compare-field = What is compared
practices-compare-add = Add a practice
practices-compare-remove = Remove from the comparison

## Form
practices-new = New practice
practices-new-lead = A draft can be saved at any time; only the title is needed. Before publication we tell you what is missing.
practices-edit = Edit the practice
practices-form-what = What it is
practices-form-english = In English
practices-form-why = Why
practices-form-how = How
practices-form-cost = Time, money, people
practices-form-others = For other communities
practices-form-place = Place, topic, licence
practices-step-n = Step { $n }
practices-add-step = Add a step
practices-add-outcome = Add a result
practices-outcome-n = Result { $n }
practices-outcome-metric = What was measured
practices-outcome-unit = Unit
practices-outcome-before = Before
practices-outcome-after = After
practices-outcome-source = Where the number comes from
practices-not-said = Not said
practices-hint-title = Up to 150 characters, without the community’s name.
practices-hint-summary = One sentence on what changed for people. Up to 500 characters.
practices-hint-stop-reason = Fill this in if the practice was stopped.
practices-hint-problem = What was wrong, for whom, and for how many.
practices-hint-context = What kind of community, how many residents, what was there before.
practices-hint-solution = What exactly was done. Markdown may be used.
practices-hint-outcomes = At least one result needs a number before and after. Use a comma or a point for decimals.
practices-hint-team = Posts and roles, no names.
practices-hint-legal-base = One act or link a line.
practices-hint-contact = A unit and its mailbox, no names.
practices-hint-territories = One community a line: its name (with the oblast where needed) or KATOTTG code. Empty means your own community.
practices-hint-concepts = At least one class. Practices are found by their classes.
practices-change-note = What you changed
practices-save = Save
practices-save-draft = Save now
practices-save-and-submit = Save and send for validation
practices-save-hint = After publication every change becomes a new version.
practices-missing = What is still missing for publication
practices-conflict-title = Somebody has saved another version
practices-conflict-text = Your text is kept in the form below. Look at the differences, carry over the other changes if needed, and save again.
practices-conflict-diff = The saved version compared with your text

## Field errors
practices-field-missing = Fill this in.
practices-field-title-missing = Write the title of the practice.
practices-field-too-long = Shorten it to { $max } characters.
practices-field-too-many = Keep no more than { $max } rows.
practices-field-too-many-files = The practice has too many files. Take some away first.
practices-field-date = Write a date such as 2026-05-04.
practices-field-ends-before-start = It cannot end before it began.
practices-field-number = Write a number such as 42 or 3.5.
practices-field-whole-number = Write a whole number such as 120000.
practices-field-metric-missing = Write what was measured.
practices-field-no-measured-result = Add at least one result with a number before and after.
practices-field-no-concept = Choose at least one class.
practices-field-unknown-concept = There are no such classes: { $codes }.
practices-field-unknown-territory = Could not be found without doubt: { $code }. Write the name with its oblast, or the KATOTTG code.
practices-field-stop-reason-missing = Write why the practice was stopped.
practices-field-remarks-missing = Write what has to change.
practices-field-evidence-note-missing = Write what the level rests on.
practices-field-evidence-document-missing = For level E1, first add a document to the practice’s files.
practices-field-class-missing = Choose the class in which the practice will stand.
practices-field-note-missing = Explain the decision: the community will see this text.
practices-field-file-missing = Choose a file.

## Files
practices-files-lead = Photographs and documents that prove the results.
practices-files-none = There are no files yet.
practices-file = File
practices-file-add = Add a file
practices-file-alt = What the picture shows, or the document’s title
practices-file-alt-hint = Required for a photograph: this text is read out to people who do not see.
practices-file-cover = Make it the cover
practices-file-make-cover = Make it the cover
practices-file-remove = Take away

## Desk
practices-mine = Practices in progress
practices-mine-lead = What is written, what is being validated and what waits for you.
practices-mine-all = All
practices-mine-own = Begun by me
practices-mine-state = State
practices-mine-why = What next
practices-mine-none = There is nothing here yet.
practices-mine-ready = Ready to be sent for validation.
practices-mine-missing = { $n ->
    [one] { $n } thing is missing.
   *[other] { $n } things are missing.
}
practices-mine-waits = Waits for an editor to publish it or send it back.
practices-mine-due = Confirm by { $date }.
practices-duty-validate = { $n ->
    [one] Validate { $n } practice
   *[other] Validate { $n } practices
}
practices-duty-update = { $n ->
    [one] Change { $n } practice as remarked
   *[other] Change { $n } practices as remarked
}
practices-duty-confirm = { $n ->
    [one] Confirm { $n } practice
   *[other] Confirm { $n } practices
}
practices-duty-curate = { $n ->
    [one] Decide on { $n } practice in the depository’s queue
   *[other] Decide on { $n } practices in the depository’s queue
}

## Curator
practices-queue = Queue of the depository
practices-queue-lead = Practices of communities that wait for a curator’s decision.
practices-queue-open = To be decided
practices-queue-since = In the queue since
practices-queue-none = The queue is empty.
practices-community = Community
practices-vouch = Checking the evidence
practices-vouch-hint = Vouch if an expert has checked the result or somebody saw the practice on site. The community gets this level on its page.
practices-vouch-do = Record the level
practices-step-vouched = Level of evidence
practices-history = History
practices-changes-since = What changed since the decision
practices-choose-class = Choose a class
practices-class-hint = Needed for an acceptance.
practices-decision = The curator’s decision
practices-decide = Record the decision
practices-decide-accept = Accept into the depository
practices-decide-accept-hint = The whole country will see the practice.
practices-decide-return = Return with remarks
practices-decide-return-hint = After a change it will join the queue again.
practices-decide-decline = Decline
practices-decide-decline-hint = Not a practice, or it does not meet the criteria.
practices-decision-note = Remarks or reason
practices-decision-note-hint = The community will see this text on the practice’s page.

## Criteria
practices-criteria = Acceptance criteria
practices-criteria-lead = These are the rules by which a practice is accepted. They are the same for everybody.
practices-criteria-four = Four conditions
practices-criterion-public = Public body
practices-criterion-public-text = A council, an executive committee, a municipal company or another public body takes part.
practices-criterion-new = New in its context
practices-criterion-new-text = For this community the solution is new or clearly different from what was before.
practices-criterion-done = Implemented
practices-criterion-done-text = The practice works or has worked, at least as a pilot. Intentions and plans are not taken.
practices-criterion-impact = Has impact
practices-criterion-impact-text = The result is measured before and after. A failure with a measured result is valuable too.
practices-criteria-checked = What the program checks by itself
practices-check-card = Title, summary, problem, solution and contact are filled in.
practices-check-measured = At least one result has a number before and after.
practices-check-class = At least one class of the classifier is chosen.
practices-check-start = The date of the beginning is given.
practices-check-stopped = A stopped practice has a reason.
practices-criteria-evidence = Levels of evidence
practices-criteria-review = Yearly confirmation
practices-criteria-due = { $n ->
    [one] { $n } day after publication the community confirms the facts.
   *[other] { $n } days after publication the community confirms the facts.
}
practices-criteria-outdated = { $n ->
    [one] If it is missing { $n } more day, a warning appears above the card.
   *[other] If it is missing { $n } more days, a warning appears above the card.
}
practices-criteria-who = Who decides
practices-criteria-who-text = An editor of the community publishes. A curator of the hub accepts into the national depository; the decision and its reason are shown on the practice’s page.

## Import
practices-import = Import from a table
practices-import-lead = First we check the file and show the mistakes row by row. Nothing is saved until you confirm.
practices-import-choose = Choose a file
practices-import-file = CSV file
practices-import-hint = UTF-8, separated by commas, semicolons or tabs. Up to 500 rows.
practices-import-check = Check the file
practices-import-template = Download a sample table
practices-import-format = In the columns steps, outcomes, legal_base and territories separate entries by |. Write a result as: indicator; unit; before; after; source. The column external_id keeps a row from being taken in twice.
practices-import-dry-run = Result of the check
practices-import-result = Rows of the file
practices-import-line = Line
practices-import-what = What becomes of it
practices-import-fresh = Becomes a draft
practices-import-known = Taken in before, will be skipped
practices-import-n-fresh = { $n ->
    [one] { $n } row becomes a draft
   *[other] { $n } rows become drafts
}
practices-import-n-known = { $n ->
    [one] { $n } row was taken in before
   *[other] { $n } rows were taken in before
}
practices-import-n-wrong = { $n ->
    [one] { $n } row has mistakes
   *[other] { $n } rows have mistakes
}
practices-import-mode = What to take in
practices-import-mode-valid = Only rows without mistakes
practices-import-mode-valid-hint = Mend the rest in the file and import it later.
practices-import-mode-all = All or nothing
practices-import-mode-all-hint = If there is a single mistake, nothing is saved.
practices-import-run = Import as drafts
practices-import-all-or-nothing = The file has mistakes, so nothing was saved.
practices-import-too-large = The file is too large: up to 2 MB.
practices-import-encoding = The file is not in UTF-8. Save it from your spreadsheet as “CSV UTF-8”.
practices-import-unreadable = The file cannot be read as a table.
practices-import-columns = Unknown columns: { $names }. Download the sample and compare.
practices-import-no-title = There is no column title.
practices-import-too-many = The file has more than { $max } rows. Split it.
practices-import-empty = The file has no row of data.
practices-import-twice = This external_id stands above in the file.
practices-import-word = There is no such value. Look at the sample.

## Errors
error-practices-not-now = This cannot be done now: the state of the practice has changed.
error-practices-deleted = This practice was deleted by its community.
error-practices-not-ready = The practice does not meet the acceptance criteria yet.
error-practices-not-admitted = The community of this practice is no longer admitted to the depository.

## Front page and card: what is seen at once
practices-stat-all = { $n ->
    [one] practice
   *[other] practices
}
practices-stat-regions = { $n ->
    [one] region
   *[other] regions
}
practices-stat-topics = { $n ->
    [one] topic of the classifier
   *[other] topics of the classifier
}
practices-map-title = Map of practices
practices-timeline-title = Practices over time
practices-follow = Follow
practices-follow-text = Look this address up in Mastodon or another fediverse app to see what is new from the community.
practices-follow-feed = Atom feed of this site
practices-what-next = What next
practices-next-draft = Complete the card and send it for validation.
practices-next-proposed = An editor of the community will publish the card or send it back.
practices-next-needs-update = Correct the card by the remarks and send it again.
practices-next-validated = The community will confirm the facts by { $date }.
practices-next-archived = The practice is no longer updated. An editor can bring it back to the lists.
practices-accepted-on = Accepted into the depository
practices-year-chip = { $year }: { $n }

## Log of actions
audit-practices-draft = Draft of a practice made
audit-practices-edit = Practice changed
audit-practices-submit = Practice sent for validation
audit-practices-return = Practice sent back to its author
audit-practices-publish = Practice published
audit-practices-archive = Practice archived
audit-practices-restore = Practice taken from the archive
audit-practices-confirm = Practice confirmed
audit-practices-delete = Practice deleted
audit-practices-evidence = Level of evidence changed
audit-practices-vouch = Curator vouched for the level of evidence
audit-practices-import = Practices imported from a table
audit-practices-review-due = Practice due for confirmation
audit-practices-received = Practice of a community received
audit-practices-changed-at-origin = Practice changed by its community
audit-practices-deleted-at-origin = Practice deleted by its community
audit-practices-curate = Curator’s decision
audit-practices-decided-by-hub = Decision of the national hub
audit-practices-attach = File added to a practice
audit-practices-detach = File taken from a practice
audit-practices-cover = Cover of a practice changed
