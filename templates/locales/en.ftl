## The frame of a page
ui-skip = Skip to content
ui-og-locale = en_GB
ui-strip-community = Is this the community’s real site?
ui-strip-hub = Is this a real state site?
ui-strip-check = How to check
ui-site-kind = Electronic town hall
ui-hub-kind = National hub of Ratusha
ui-theme-dark = Dark theme
ui-theme-light = Light theme
ui-theme-auto = Theme of the device
ui-other-language = Українською
ui-menu = Menu
ui-close = Close
ui-main-nav = Sections
ui-search = Search
ui-search-site = Search this site
ui-sign-in = Sign in
ui-administration = Administration
ui-sign-out = Sign out
ui-home = Home
ui-breadcrumbs = Breadcrumbs
ui-contact = Contact
ui-follow-us = Follow in the fediverse
ui-about-nav = About the site
ui-about = About this town hall
ui-accessibility = Accessibility statement
ui-authenticity = How to check this site is real
ui-privacy = Personal data
ui-feeds = Feeds
ui-licence = Runs on Ratusha. The community’s texts may be reused freely with a link to the source.
ui-source = Source code

## Dates and sizes
ui-today = today
ui-in-days = { $n ->
    [one] in { $n } day
   *[other] in { $n } days
}
ui-days-ago = { $n ->
    [one] { $n } day ago
   *[other] { $n } days ago
}
ui-bytes = { $n ->
    [one] { $n } byte
   *[other] { $n } bytes
}
ui-kilobytes = { $n } KB
ui-megabytes = { $n } MB

## Forms
ui-optional = (optional)
ui-needed-later = (needed for publication)
ui-error-prefix = Error:
ui-error-summary = Please correct this
ui-file-max = At most { $size }.
ui-file-too-large = The file is too large. Choose one of at most { $size }.
ui-save = Save
ui-cancel = Cancel
ui-continue = Continue
ui-back = Back
ui-delete = Delete
ui-draft-restored = We restored the text that you had not saved yet.
ui-draft-drop = Start afresh

## Lists
ui-filters = Filters
ui-chosen = Chosen filters
ui-remove = Remove filter
ui-clear-all = Clear all
ui-apply-filters = Apply filters
ui-any = Any
ui-sort = Sort by
ui-pages = Pages of the list
ui-first-page = To the beginning
ui-next-page = Next page

## Discussion
ui-comment-deleted = The comment was deleted.
ui-edited = edited
ui-reply-to = in reply to { $name }
ui-origin = original
ui-held = Waiting for a moderator

## Components
ui-you-are-here = You are here
ui-phase-done = completed
ui-added = Added:
ui-removed = Removed:
ui-receipt-number = Reference number
ui-what-next = What happens next
ui-go-home = To the front page
ui-request-id = Request number
ui-map-of-ukraine = Map of Ukraine by oblast
ui-map-region = { $name }: { $value }
ui-map-place = Oblast

## Colours of a community
accent-dnipro = Dnipro, blue
accent-azov = Azov, turquoise
accent-polissia = Polissia, green
accent-kalyna = Guelder rose, red
accent-buzok = Lilac, violet
accent-step = Steppe, brown
accent-hranit = Granite, grey

## Errors
error-not-found = There is no such page here.
error-forbidden = You do not have the right to do this.
error-unauthorized = Sign in to continue.
error-conflict = Somebody has saved another version meanwhile. Your text is not lost.
error-invalid = Some fields are not filled in correctly.
error-internal = Something went wrong on our side.
error-too-large = What you are sending is too large.
error-bad-form = The form could not be read.
error-csrf = The form is out of date or came from another site. Open it once more.
error-gone = This page was deleted by its owner.
error-unavailable = The service is out of reach at the moment.
error-too-many = Too many requests in a short time.
error-misdirected = There is no community site at this address.
error-method = This address does not take such requests.
error-title-not-found = Page not found
error-title-gone = Page deleted
error-title-forbidden = No access
error-title-unauthorized = Please sign in
error-title-conflict = There is a newer version
error-title-invalid = Check what you sent
error-title-too-many = Too many requests
error-title-misdirected = Wrong address
error-title-internal = Something went wrong
error-hint-look = Check the address or use the search above.
error-hint-ask = If you think this is a mistake, ask the community’s administrator.
error-hint-sign-in = After signing in you will come back to this page.
error-hint-back = Go back: what you typed is kept in your browser.
error-hint-wait = Try again in a few minutes.
error-hint-ours = We have recorded what happened. Try again a little later.

## Samples for the gallery
gallery-title = Title of the practice
gallery-title-hint = One sentence on what changed for people.
gallery-email = E-mail
gallery-summary = Summary
gallery-summary-hint = Up to 500 characters, without abbreviations.
gallery-saved = Saved in a year
gallery-since = Works since
gallery-oblast = Oblast
gallery-kind = What you describe
gallery-audience = Whom it concerns
gallery-audience-hint = Choose all who were touched by the change.
gallery-password = Password
gallery-photo = Photograph
gallery-agree = I allow publication under a free licence
gallery-agree-hint = The licence CC BY 4.0 cannot be withdrawn.
gallery-error-title = Write the title of the practice
gallery-error-email = Check the address: the @ sign is missing
gallery-error-number = Write a number, for example 1,240
