
## Codifier of territorial units

territory-title = Territory
territory-lead = Oblasts, raions, communities, cities and villages of Ukraine by the official codifier.
territory-search-label = Name or code
territory-regions = Regions of Ukraine
territory-found = { $n ->
    [one] { $n } unit found
   *[other] { $n } units found
}
territory-nothing = Nothing found
territory-nothing-hint = Check the spelling or type only the beginning of the name. You can search in Ukrainian or in Latin letters, by name or by KATOTTG code.
territory-more = The first matches are shown. Make the name more exact or add an oblast or raion after a comma: “Ivanivka, Odesa Oblast”.
territory-found-by-former-name = found by a former name
territory-closed = not in the edition in force
territory-closed-since = This unit is not in the codifier since the edition of { $date }.
territory-level = Level
territory-code = KATOTTG code
territory-name = Name
territory-other-name = Name in Ukrainian
territory-belongs = Belongs to
territory-from = From edition
territory-to = Until edition
territory-now = in force
territory-history = History of changes
territory-history-hint = A date is that of the edition of the codifier in which the change is first seen.
territory-successors = Became part of
territory-predecessors = Took over
territory-served-by = Its community on this server:
territory-communities-here = Communities on this server
territory-edition = Codifier KATOTTG, edition of { $date }.
territory-edition-source = The date of the shipped edition is the one its packager gives; the file carries the renames of September 2024.

territory-level-oblast = Oblast
territory-level-republic = Autonomous republic
territory-level-special-city = City with special status
territory-level-raion = Raion
territory-level-community = Territorial community
territory-level-city = City
territory-level-urban-settlement = Urban-type settlement
territory-level-settlement = Settlement
territory-level-village = Village
territory-level-city-district = City district
territory-level-oblast-count = { $n ->
    [one] { $n } oblast
   *[other] { $n } oblasts
}
territory-level-special-city-count = { $n ->
    [one] { $n } city with special status
   *[other] { $n } cities with special status
}
territory-level-raion-count = { $n ->
    [one] { $n } raion
   *[other] { $n } raions
}
territory-level-community-count = { $n ->
    [one] { $n } community
   *[other] { $n } communities
}
territory-level-city-count = { $n ->
    [one] { $n } city
   *[other] { $n } cities
}
territory-level-urban-settlement-count = { $n ->
    [one] { $n } urban-type settlement
   *[other] { $n } urban-type settlements
}
territory-level-settlement-count = { $n ->
    [one] { $n } settlement
   *[other] { $n } settlements
}
territory-level-village-count = { $n ->
    [one] { $n } village
   *[other] { $n } villages
}
territory-level-city-district-count = { $n ->
    [one] { $n } city district
   *[other] { $n } city districts
}

territory-import-row = Row { $row }: { $what }
territory-import-columns = the header lacks these columns: { $columns }.
territory-import-empty = The file has no rows.
territory-import-workbook = This is an Excel workbook. Save its sheet as CSV with the columns code, parent, category, name.
territory-import-not-utf8 = the text is not in UTF-8.
territory-import-broken-row = the row cannot be read: check its quotation marks and the number of columns.
territory-import-bad-code = “{ $code }” is no code: it takes UA and 17 digits.
territory-import-bad-category = there is no level “{ $category }”; there are O, K, P, H, M, T, X, C, B.
territory-import-bad-name = the name “{ $name }” is empty, too long or has no letters.
territory-import-bad-depth = the code { $code } has digits below its level { $category }.
territory-import-twice = the object { $tail } stands already in row { $first }.
territory-import-no-parent = the unit above, { $parent }, is not in the file.
territory-import-bad-parent = a unit of level { $category } cannot stand under one of level { $parent }.
territory-import-foreign-code = the code { $code } does not begin with { $prefix } like that of the unit above.
territory-import-bad-date = “{ $date }” is no date of an edition: write YYYY-MM-DD.
territory-import-future = The edition of { $date } lies in the future.
territory-import-older = The edition of { $date } is older than the one in force, of { $known }.
territory-import-closes-too-much = The file closes { $closed } of { $open } units. If that is right, repeat with --force.
territory-successors-columns = the header of the successors file lacks these columns: { $columns }.
territory-successors-broken-row = the row of the successors file cannot be read.
territory-successors-bad-code = successors: “{ $code }” is no code.
territory-successors-bad-date = successors: “{ $date }” is no date, write YYYY-MM-DD.
territory-successors-no-act = successors: the act is missing.
territory-successors-itself = successors: { $code } cannot succeed itself.
territory-successors-still-open = successors: the object { $tail } is in this edition, so it is not closed.
territory-successors-unknown = successors: this server does not know the object { $tail }.
territory-successors-no-successor = successors: the successor { $tail } is not in this edition.

territory-report-written = The edition of { $date } has been imported.
territory-report-dry = Checked, nothing written: edition of { $date }.
territory-report-nothing = Edition of { $date }: no changes.
territory-report-refused = { $n ->
    [one] The file was refused and nothing was changed: { $n } error.
   *[other] The file was refused and nothing was changed: { $n } errors.
}
territory-report-counts = In the file: { $objects }. Added: { $added }, renamed: { $renamed }, moved: { $moved }, level changed: { $recategorised }, closed: { $closed }, unchanged: { $unchanged }, successors: { $successors }.
territory-change-added = added { $after }
territory-change-renamed = { $before } → { $after }
territory-change-moved = code { $before } → { $after }
territory-change-recategorised = level { $before } → { $after }
territory-change-closed = closed { $before }

error-territory-unreadable = The file { $path } cannot be read.
error-territory-import-running = Another import of the territory has just written changes. Try again.

## Roles
tenants-role-citizen = Resident
tenants-role-editor = Editor
tenants-role-curator = Curator
tenants-role-admin = Administrator
tenants-role-node-admin = Node administrator

## Account
account-title = My account
account-lead = Change your name and password here, and end sessions on other devices.
account-sign-in-title = Sign in
account-sign-in = Sign in
account-sign-in-failed = The e-mail address or the password does not fit.
account-signed-out = You have signed out.
account-to-register = Register
account-register-title = Registration
account-registered = The registration was taken in. Sign in with this address and password. If the address already had an account, its own password holds.
account-register-lead = You need an account to comment on the practices of the community.
account-register = Register
account-email = E-mail address
account-email-hint = Only the administrators of the community see it. It is never sent to other servers.
account-email-invalid = Enter an e-mail address such as olena@example.com.
account-email-taken = This address is already registered. Sign in, or enter its password.
account-email-unknown = Nobody with this address is on this node. The person has to register first.
account-name = Name
account-name-hint = This is how you are named on the site.
account-name-title = Name in bylines
account-name-required = Enter a name of at least two letters.
account-name-long = The name is too long: at most { $n } characters.
account-password = Password
account-password-hint = At least 10 characters. A few random words are easiest to remember.
account-password-title = Password
account-password-current = Present password
account-password-new = New password
account-password-change = Change the password
account-password-changed = The password is changed. Sessions on other devices have ended.
account-password-wrong = The present password does not fit.
account-password-short = The password is too short: at least { $n } characters are needed.
account-password-long = The password is too long: at most { $n } characters.
account-password-weak = This password is easy to guess. Add words or change it.
account-renamed = The name is changed.
account-duties = Your duties
account-roles = Your roles
account-actor = Address in the fediverse
account-until = until { $date }
account-until-never = without end
account-until-past = This date is over.
account-role-unknown = Choose a role from the list.
account-sessions = Sessions
account-session-agent = Device
account-session-began = Began
account-session-seen = Last used
account-session-action = Action
account-session-here = this device
account-session-end = End
account-session-ended = The session has ended.
account-agent-unknown = unknown device
error-account-too-many-tries = Too many tries. Try again in { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
}.
error-account-last-admin = This is the last administrator of the community. Name another one first.
error-account-last-node-admin = This is the last administrator of the node. Name another one first.
error-account-registration-closed = The community takes no new registrations now. Ask its administrator.
error-account-sign-in-failed = The e-mail address or the password does not fit.

## Administration of a community
tenants-admin-title = Administration
tenants-admin-lead = Settings, people, the link to other servers, and the audit of the community.
tenants-admin-settings = Profile of the community
tenants-admin-settings-hint = Name, description, contact, colour and rules of discussion.
tenants-admin-people = People and roles
tenants-admin-people-hint = Who may do what, and until when.
tenants-admin-federation = Link to other servers
tenants-admin-federation-hint = Who follows the community, whether messages arrive, who is blocked.
tenants-admin-audit = Audit
tenants-admin-audit-hint = Every change with its time and author. The rows are chained, so a changed one is seen.
tenants-admin-node = Node
tenants-admin-node-hint = Communities of this node and its background work.
tenants-admin-done = done
tenants-admin-to-do = add a description and a contact
tenants-settings-saved = The settings are saved.
tenants-name-uk = Name in Ukrainian
tenants-name-en = Name in English
tenants-name-required = Enter a name.
tenants-name-long = The name is too long: at most { $n } characters.
tenants-text-long = The text is too long: at most { $n } characters.
tenants-about-uk = About the community, in Ukrainian
tenants-about-en = About the community, in English
tenants-about-field-hint = A few sentences. They are shown on the page about the site and in the fediverse profile.
tenants-contact = Contact
tenants-contact-hint = E-mail address or telephone of the community.
tenants-accent = Colour
tenants-moderation = New replies in discussions
tenants-moderation-hold = Wait for a moderator
tenants-moderation-show = Appear at once
tenants-registration = Let residents register
tenants-registration-hint = Without it only the administrator adds people.

## People
tenants-people-list = Members
tenants-people-name = Name
tenants-people-email = E-mail address
tenants-people-roles = Roles
tenants-people-since = Registered
tenants-people-revoke = Take away
tenants-people-revoked = The role is taken away.
tenants-people-grant-title = Give a role
tenants-people-grant = Give the role
tenants-people-granted = The role is given.
tenants-people-email-hint = The person has to be registered on this node already.
tenants-people-role = Role
tenants-people-choose = Choose a role
tenants-people-until = Holds until
tenants-people-until-hint = The last day. Leave it empty if the role has no end.
tenants-people-empty-title = Members will stand here
tenants-people-empty = As soon as somebody registers, you will see the person in this list.
tenants-date-invalid = Enter a date such as 2027-01-31.

## Link to other servers
tenants-federation-state = State
tenants-host = Server
tenants-action = Action
tenants-never = never yet
tenants-followers-hosts = Where followers are
tenants-followers-empty-title = Servers of followers will stand here
tenants-followers-empty = Nobody follows yet. Share the address { $handle }.
tenants-peers = Delivery of messages
tenants-peers-empty-title = Deliveries will stand here
tenants-peers-empty = We have sent nothing to anybody yet.
tenants-peer-state = State
tenants-peer-waiting = Waiting
tenants-peer-last = Last accepted
tenants-peer-error = Last error
tenants-peer-next = Next try
tenants-peer-well = all delivered
tenants-peer-sending = sending
tenants-peer-away = does not answer
tenants-blocks = Blocked servers
tenants-block-host = Server
tenants-block-hint = For example spam.example. All its subdomains are blocked with it.
tenants-block = Block
tenants-unblock = Unblock
tenants-block-of-node = blocked by the node
tenants-blocked = The server { $host } is blocked.
tenants-unblocked = The server { $host } is unblocked.
tenants-hub-none = no national hub is set
tenants-hub-searching = looking for the national hub
tenants-hub-asked = waiting for the answer of the national hub
tenants-hub-linked = linked
tenants-hub-desk = Desk of practices
tenants-admitted = Admitted communities
tenants-admitted-at = Admitted
tenants-admitted-yes = admitted
tenants-admitted-no = admission withdrawn
tenants-admitted-now = Admitted: { $name }.
tenants-admitted-empty-title = Admitted communities will stand here
tenants-admitted-empty = Practices are taken from admitted communities only. Enter the site of the first one.
tenants-admit = Admit
tenants-admit-host = Site of the community
tenants-admit-hint = For example lviv.example. We read the KATOTTG code from its profile.
tenants-withdraw = Withdraw
tenants-withdrawn = The admission of { $host } is withdrawn.
tenants-unit-admitted = A community with this code is already admitted under another address.
tenants-not-a-community = There is no community with a KATOTTG code at this address.
tenants-desk-practices = Best practices
tenants-desk-practices-about = Practices of communities that curators accepted into the national depository.
error-tenants-no-answer = The server did not answer as it should. Check the address or try later.
error-tenants-host-blocked = This server is blocked.
error-tenants-not-a-hub = This node is not the national hub.
error-tenants-hub-key = The national hub showed another key than the one we expect.
error-tenants-suspended = The site of the community is closed for now.
error-tenants-unit-taken = This territory or address is already taken.
error-tenants-webfinger = The request has to name an account or an address.
error-federation-unreachable = The other server is out of reach now.
error-federation-refused = The other server did not answer as it should.
error-federation-not-there = The other server does not have this.
error-federation-blocked = This server is blocked.
error-federation-not-an-actor = There is no account at this address.
error-federation-actor-gone = This account was deleted.
error-federation-handle = An address looks like @name@server.
error-federation-handle-not-found = No such address was found in the fediverse.

## Audit
tenants-audit-seq = Number
tenants-audit-at = Time
tenants-audit-by = Who
tenants-audit-action = Action
tenants-audit-object = On what
tenants-audit-check = Check that the audit is whole
tenants-audit-whole = The audit is whole. Rows checked: { $n }.
tenants-audit-broken = The audit is damaged from row { $n } on. Keep a backup and tell the developers.
tenants-audit-empty-title = The audit will stand here
tenants-audit-empty = Every change leaves a row: what, when and by whom.
audit-account-created = Account created
audit-account-registered = Resident registered
audit-account-joined = Joined the community
audit-account-signed-in = Signed in
audit-account-signed-out = Signed out
audit-account-session-ended = Session ended
audit-account-renamed = Name changed
audit-account-password-changed = Password changed
audit-account-granted = Role given
audit-account-revoked = Role taken away
audit-tenants-added = Community created
audit-tenants-domain-added = Site address added
audit-tenants-moved = Main site address changed
audit-tenants-suspended = Site suspended
audit-tenants-resumed = Site resumed
audit-tenants-profile-changed = Profile changed
audit-tenants-host-blocked = Server blocked
audit-tenants-host-unblocked = Server unblocked
audit-tenants-admitted = Community admitted
audit-tenants-admission-withdrawn = Admission withdrawn
audit-follow-asked = Asked to follow
audit-follow-accepted = New follower
audit-follow-ended = Follower left
audit-follow-blocked-by = We were blocked
audit-follow-accepted-by = Following confirmed
audit-follow-rejected-by = Following refused
audit-follow-actor-gone = Follower was deleted
audit-follow-inbox-changed = Follower changed its inbox
audit-follow-inbox-gone = Server of followers is gone

## Node
tenants-node-title = Node
tenants-node-lead = The communities that this node serves, and its background work.
tenants-node-tenants = { $n ->
    [one] community
   *[other] communities
}
tenants-node-waiting = { $n ->
    [one] job waiting
   *[other] jobs waiting
}
tenants-node-dead = { $n ->
    [one] failed job
   *[other] failed jobs
}
tenants-node-list = Communities
tenants-node-name = Name
tenants-node-host = Addresses
tenants-node-handle = In the fediverse
tenants-node-katottg = KATOTTG
tenants-node-state = State
tenants-node-action = Action
tenants-node-add = Add a community
tenants-node-suspend = Suspend
tenants-node-resume = Resume
tenants-node-which = Community
tenants-node-move-title = Change the main site address
tenants-node-move = Change the address
tenants-node-new-host = New address
tenants-node-new-host-hint = The name only, for example lviv.example. The old address goes on working.
tenants-state-active = working
tenants-state-suspended = suspended
tenants-suspended = The site of the community is suspended.
tenants-resumed = The site of the community is working again.
tenants-moved = The main site address is now { $host }.
tenants-added = Community added: { $name }.
tenants-new-title = New community
tenants-new-unit = Find the territory
tenants-new-hub = National hub
tenants-new-hub-hint = The national hub gathers the practices of all communities. There is one in the country.
tenants-new-hub-link = Create the national hub
tenants-new-host = Site address
tenants-new-host-hint = The name only, for example lviv.example.
tenants-new-handle = Name in the fediverse
tenants-new-handle-hint = In Latin letters, for example lviv. It cannot be changed later.
tenants-new-submit = Create
tenants-unit-search = Name or KATOTTG code
tenants-unit-search-hint = For example Lvivska territorial community or UA46060250000025047.
tenants-unit-none-title = Nothing found
tenants-unit-none = Check the spelling or enter the code.
tenants-unit-required = Choose a territory.
tenants-unit-unknown = The codifier has no such code.
tenants-unit-closed = The codifier no longer has this territory.
tenants-unit-taken = This node already has a community with this code.
tenants-hub-exists = This node already has the national hub.
tenants-host-invalid = Enter the name of a site, for example lviv.example.
tenants-host-taken = This address is already taken.
tenants-host-ours = This is our own site.
tenants-handle-invalid = 2 to 30 characters: small Latin letters, digits and underscores. The first one has to be a letter.
tenants-handle-reserved = This name is used by the system itself. Choose another one.

## First set-up
tenants-setup-site = Ratusha
tenants-setup-title = First set-up
tenants-setup-lead = Choose the territory and the site address, and create the account of the administrator. This page opens on this computer only.
tenants-setup-name = Your name
tenants-setup-submit = Begin
tenants-setup-done = Done: { $name }. Now sign in at the new address.

## About the site
tenants-about-default = Here the community tells about solutions that worked and discusses them with residents.
tenants-about-hub-default = The national depository of best practices of communities of Ukraine.
tenants-about-follow = To follow the news, look for { $handle } in Mastodon or another program of the fediverse.
tenants-about-facts = Facts
tenants-about-unit = Territory
tenants-about-katottg = KATOTTG
tenants-about-handle = Address in the fediverse
tenants-about-followers = Followers
tenants-about-hub = National hub
tenants-authenticity-1 = The address of the genuine site is published on the official portal of the community. Compare it with the one in your address bar.
tenants-authenticity-2 = The connection has to be secure: there is a lock in the address bar, and the address begins with https.
tenants-authenticity-3 = The community signs every publication with its key. Other servers check this signature themselves.
tenants-authenticity-4 = We never ask for passwords, bank codes or money.
tenants-authenticity-facts = What to compare
tenants-authenticity-host = Site address
tenants-authenticity-key = Public key of the community
tenants-accessibility-1 = We want everybody to be able to use this site. Our measure is EN 301 549 and WCAG 2.2, level AA.
tenants-accessibility-2 = Everything can be done with the keyboard alone and without JavaScript. Pages work with screen readers, at 400 % zoom and in high contrast.
tenants-accessibility-3 = A program checks every page with every change of the site. A check with people with disabilities has not been done yet.
tenants-accessibility-4 = Documents attached by communities may be less accessible. Type and size are written beside each of them.
tenants-accessibility-contact = If something is hard to use or does not work, write to us: { $contact }.
tenants-privacy-1 = You can read the site without an account. We use no counters, advertisements or files that track you.
tenants-privacy-2 = For an account we keep a name, an e-mail address and a password. The address is encrypted, and the password is kept only in a form from which it cannot be recovered.
tenants-privacy-3 = Your name stands beside what you have published. Only the administrators of the community see your e-mail address. It is not sent to other servers.
tenants-privacy-4 = Cookies are used only for signing in, for the colour scheme and for the message about what was just done.
tenants-privacy-5 = What you publish is sent to servers that follow the community. If you delete it, we ask them to delete their copies, but cannot guarantee it.
tenants-privacy-6 = What administrators and editors do is written into the audit, so that it can be checked.
tenants-privacy-contact = To see, correct or delete your data, write to us: { $contact }.
tenants-source-title = Licence and source code
tenants-source-1 = The site runs on the free program Ratusha under the licence AGPL-3.0 or later.
tenants-source-2 = Everybody may get the source code of the version that runs here, check it, change it and run it.
tenants-source-version = The version that runs now: { $version }.
