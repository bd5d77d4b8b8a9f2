
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
