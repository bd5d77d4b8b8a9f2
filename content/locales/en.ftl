## Search
content-search-title = Search
content-search-title-q = Search: { $q }
content-search-label = What are you looking for
content-search-found = { $n ->
    [one] { $n } entry found
   *[other] { $n } entries found
}
content-search-none = Nothing was found
content-search-none-hint = Try other words or remove some of the filters.
content-search-did-you-mean = Did you mean: { $q }
content-search-empty = Everything that the community publishes will stand here
content-search-empty-hint = As soon as the first entry is published you can find it by words, topic and region.
content-order-relevance = Best matches first
content-order-newest = Newest first
content-order-oldest = Oldest first
content-facet-module = Section
content-facet-concept = Topic
content-facet-oblast = Region
content-facet-year = Year
content-facet-lang = Language
content-facet-territory = Place
content-facet-from = From
content-facet-to = Until
content-facet-origin = Origin
content-lang-uk = Ukrainian
content-lang-en = English
content-feed-atom = Atom feed
content-feed-json = JSON feed
content-feed-title = { $name }: what is new
content-feed-title-of = { $name }: { $what }

## Discussion
discussion-title = Discussion
discussion-title-n = { $n ->
    [one] Discussion: { $n } comment
   *[other] Discussion: { $n } comments
}
discussion-page-title = Discussion: { $title }
discussion-likes = { $n ->
    [one] { $n } like in the fediverse
   *[other] { $n } likes in the fediverse
}
discussion-shares = { $n ->
    [one] { $n } share
   *[other] { $n } shares
}
discussion-empty = There are no comments yet. Write the first one.
discussion-text-label = Your comment
discussion-answer-label = Your answer
discussion-text-hint = Up to 5,000 characters. You may use emphasis and links in Markdown.
discussion-held-note = The comment will be shown once a moderator has read it.
discussion-send = Send comment
discussion-reply = Answer
discussion-delete = Delete
discussion-approve = Show
discussion-hide = Take down
discussion-sign-in = Sign in to leave a comment.
discussion-sign-in-link = Sign in
discussion-fediverse = Answer from Mastodon or another server of the fediverse
discussion-fediverse-hint = Copy this address into the search field of your server and answer the post that it finds:
discussion-sent = Your comment is published.
discussion-sent-held = Thank you. The comment will be shown once a moderator has read it.
discussion-approved = The comment is shown.
discussion-hidden = The comment is taken down.
discussion-deleted = Your comment is deleted.
discussion-error-empty = Write the text of the comment.
discussion-error-long = The comment is too long: at most { $max } characters.
discussion-error-reason = Write why the comment is taken down.
error-discussion-closed = This comment can no longer be answered.
discussion-queue-title = Moderation of discussions
discussion-queue-lead = Read each comment and decide whether it is shown on the community's pages.
discussion-queue-tabs = States of comments
discussion-queue-about = About:
discussion-queue-reason = Reason: { $reason }
discussion-queue-empty = Comments that wait for a decision will stand here
discussion-queue-empty-hint = All comments have been decided for now.
discussion-queue-none = There is nothing here yet
discussion-queue-none-hint = Comments will appear here after you decide.
discussion-tab-held = Waiting
discussion-tab-visible = Shown
discussion-tab-hidden = Taken down
discussion-hide-title = Take a comment down
discussion-hide-lead = The reason that you give is kept for the author and in the audit log.
discussion-hide-send = Take the comment down
discussion-reason-label = Reason
discussion-reason-hint = One sentence: which rule it breaks.
discussion-own-title = Your comments
discussion-own-visible = Shown
discussion-own-held = Waits for a moderator
discussion-own-hidden = Taken down by a moderator
discussion-own-open = Open
discussion-cabinet = All comments and the decisions on them
discussion-duty = { $n ->
    [one] { $n } comment waits for a moderator
   *[other] { $n } comments wait for a moderator
}

## Classifier

classifier-name = Classifier of e-governance practice
classifier-description = Notions of e-governance in two languages, with codes that do not change. The classifier is our own; its first edition was made in November 2026. Licence CC BY 4.0.
classifier-lead = Find a notion to see what it means and everything that belongs to it.
classifier-search = Find a notion by name or code
classifier-none = Nothing answers to “{ $q }”
classifier-none-hint = Try a shorter word or a code such as 03.02.
classifier-found = { $n ->
    [one] { $n } notion found
   *[other] { $n } notions found
}
classifier-used = { $n ->
    [one] { $n } item
   *[other] { $n } items
}
classifier-facet = Branch
classifier-facet-domain = Domains of e-governance
classifier-facet-life = Life situations
classifier-facet-technology = Technologies
classifier-facet-beneficiary = Beneficiaries
classifier-facet-level = Level
classifier-facet-method = Method
classifier-about = About the classifier
classifier-edition = Edition { $number } of { $date }
classifier-in-edition = in edition { $number }
classifier-code = Code
classifier-alt = Other names
classifier-broader = Broader notions
classifier-narrower = Narrower notions
classifier-related = Related notions
classifier-replaces = Replaces
classifier-other-language = In Ukrainian
classifier-exact = The same in other classifications
classifier-close = Similar in other classifications
classifier-tagged = What belongs to it
classifier-tagged-none = Published items that were given this notion will stand here.
classifier-tagged-all = Show all items
classifier-history = History of changes
classifier-changes = Changes
classifier-formats = For programs
classifier-cite = How to cite
classifier-retired = This notion is no longer used
classifier-retired-text = Its code is kept so that old references stay clear.
classifier-instead = Use instead
classifier-open = { $n ->
    [0] All proposals
    [one] { $n } proposal waits for a decision
   *[other] { $n } proposals wait for a decision
}
classifier-proposals = Proposed changes
classifier-proposals-lead = Proposals of this community. The national hub decides about the classifier; for now these proposals are passed to it separately.
classifier-proposals-lead-hub = Curators consider the proposals. Each accepted one makes a new edition.
classifier-proposals-none = There are no proposals
classifier-proposals-none-hint = Proposed changes of the classifier and the decisions on them will stand here.
classifier-show-open = Show proposals under consideration
classifier-show-decided = Show decided proposals
classifier-propose = Propose a change
classifier-propose-lead = Your community will see the proposal. The national hub decides.
classifier-propose-lead-hub = Curators will consider the proposal and explain their decision.
classifier-kind = What to change
classifier-kind-add = A new notion
classifier-kind-rename = Another name or meaning
classifier-kind-move = Another place
classifier-kind-merge = Merge with another notion
classifier-kind-split = Divide among notions
classifier-kind-hub = Change from the national hub
classifier-notation = Notion
classifier-notation-hint = Its code, for example 03.02.
classifier-field-broader = Broader notions
classifier-field-broader-hint = One or several codes with commas. The first one gives a new notion its code. Empty means a new domain.
classifier-field-into = Merge with
classifier-field-into-hint = Code of the notion that stays.
classifier-field-split = Divide among
classifier-field-split-hint = At least two codes with commas. If a notion is still missing, propose it first.
classifier-field-label-uk = Name in Ukrainian
classifier-field-label-en = Name in English
classifier-field-definition-uk = Meaning in Ukrainian
classifier-field-definition-en = Meaning in English
classifier-field-alt-uk = Other names in Ukrainian
classifier-field-alt-en = Other names in English
classifier-field-alt-hint = Separated by semicolons.
classifier-reason = Reasons
classifier-reason-hint = Why the change is needed and what it will make clearer.
classifier-by = Proposed by
classifier-send = Send the proposal
classifier-continue = Continue
classifier-proposed = The proposal has been sent.
classifier-state-proposed = Proposed
classifier-state-discussed = Under discussion
classifier-state-accepted = Accepted
classifier-state-declined = Declined
classifier-discussion = Discussion
classifier-discussion-none = There are no remarks yet.
classifier-remark = Remark
classifier-add-remark = Add a remark
classifier-remarked = The remark has been added.
classifier-decide = Decision
classifier-decision = Why it is decided so
classifier-decision-hint = Everybody will see it, and it stays in the history.
classifier-decided-by = Decided by
classifier-accept = Accept
classifier-decline = Decline
classifier-accepted = The proposal has been accepted. Edition { $number } is now in force.
classifier-declined = The proposal has been declined.
classifier-error-required = Fill in this field
classifier-error-long = Shorten the text: at most { $max } characters
classifier-error-unknown-codes = These notions are not in use: { $codes }
classifier-error-one-code = Give exactly one code
classifier-error-no-code = There are no free codes left under this notion
classifier-error-not-in-use = There is no such notion, or it is no longer used
classifier-error-nothing-new = Nothing has been changed here
classifier-error-cycle = A notion cannot be broader than itself
classifier-error-split = Give at least two other notions
classifier-error-name-taken = Another notion has this name
classifier-error-does-not-fit = The change does not fit the edition in force
error-classifier-hub-only = The national hub decides about the classifier.
error-classifier-decided = This proposal has been decided already.

## Files

files-full-size = Open the full size
files-at-origin = at the site of origin
files-error-empty = The file is empty
files-error-type = Such files are not accepted. JPEG, PNG, WebP, PDF, DOCX, XLSX, PPTX, ODT, ODS, CSV and TXT are
files-error-active = SVG, HTML and XML files are not accepted because they can run code. Save a picture as PNG or a document as PDF
files-error-program = Programs, scripts and documents with macros are not accepted
files-error-mismatch = The content of the file is not what its name says. Save it again in the right format
files-error-large = The file is too large: at most { $mb } MB
files-error-pixels = The picture has too many pixels: at most 40 million. Make it smaller
files-error-damaged = The file is damaged and cannot be read
files-error-bomb = This archive unpacks to far too much
files-error-encoding = The text must be in UTF-8
files-error-alt = Describe the picture for those who cannot see it
files-error-alt-long = Shorten the description: at most { $max } characters

## Log of actions
audit-classifier-proposed = Change of the classifier proposed
audit-classifier-remarked = Opinion on a change of the classifier added
audit-classifier-accepted = Change of the classifier accepted
audit-classifier-declined = Change of the classifier declined
audit-classifier-taken-over = Edition of the classifier taken over
audit-discussion-comment = Comment added
audit-discussion-delete = Comment deleted
audit-discussion-approve = Comment shown
audit-discussion-hide = Comment hidden
audit-discussion-receive = Comment received from the fediverse
audit-discussion-revise = Comment changed by its author
audit-discussion-withdraw = Comments withdrawn by their author
