
## Кодифікатор територій

territory-title = Територія
territory-lead = Області, райони, громади, міста й села України за офіційним кодифікатором.
territory-search-label = Назва або код
territory-regions = Регіони України
territory-found = { $n ->
    [one] Знайдено { $n } одиницю
    [few] Знайдено { $n } одиниці
   *[many] Знайдено { $n } одиниць
}
territory-nothing = Нічого не знайдено
territory-nothing-hint = Перевірте написання або введіть лише початок назви. Шукати можна українською й латиницею, за назвою або за кодом КАТОТТГ.
territory-more = Показано перші збіги. Уточніть назву або додайте після коми область чи район: «Іванівка, Одеська область».
territory-found-by-former-name = знайдено за колишньою назвою
territory-closed = немає в чинній редакції
territory-closed-since = Цієї одиниці немає в кодифікаторі з редакції від { $date }.
territory-level = Рівень
territory-code = Код КАТОТТГ
territory-name = Назва
territory-other-name = Назва англійською
territory-belongs = Входить до
territory-from = З редакції
territory-to = До редакції
territory-now = чинна
territory-history = Історія змін
territory-history-hint = Дата — це редакція кодифікатора, у якій зміну видно вперше.
territory-successors = Увійшла до складу
territory-predecessors = Приєднала
territory-served-by = На цьому сервері працює громада:
territory-communities-here = Громади на цьому сервері
territory-edition = Кодифікатор КАТОТТГ, редакція від { $date }.
territory-edition-source = Дату вихідної редакції вказав укладач файлу; у ньому є перейменування вересня 2024 року.

territory-level-oblast = Область
territory-level-republic = Автономна республіка
territory-level-special-city = Місто зі спеціальним статусом
territory-level-raion = Район
territory-level-community = Територіальна громада
territory-level-city = Місто
territory-level-urban-settlement = Селище міського типу
territory-level-settlement = Селище
territory-level-village = Село
territory-level-city-district = Район у місті
territory-level-oblast-count = { $n ->
    [one] { $n } область
    [few] { $n } області
   *[many] { $n } областей
}
territory-level-special-city-count = { $n ->
    [one] { $n } місто зі спеціальним статусом
    [few] { $n } міста зі спеціальним статусом
   *[many] { $n } міст зі спеціальним статусом
}
territory-level-raion-count = { $n ->
    [one] { $n } район
    [few] { $n } райони
   *[many] { $n } районів
}
territory-level-community-count = { $n ->
    [one] { $n } громада
    [few] { $n } громади
   *[many] { $n } громад
}
territory-level-city-count = { $n ->
    [one] { $n } місто
    [few] { $n } міста
   *[many] { $n } міст
}
territory-level-urban-settlement-count = { $n ->
    [one] { $n } селище міського типу
    [few] { $n } селища міського типу
   *[many] { $n } селищ міського типу
}
territory-level-settlement-count = { $n ->
    [one] { $n } селище
    [few] { $n } селища
   *[many] { $n } селищ
}
territory-level-village-count = { $n ->
    [one] { $n } село
    [few] { $n } села
   *[many] { $n } сіл
}
territory-level-city-district-count = { $n ->
    [one] { $n } район у місті
    [few] { $n } райони в місті
   *[many] { $n } районів у місті
}

territory-import-row = Рядок { $row }: { $what }
territory-import-columns = у заголовку бракує стовпців: { $columns }.
territory-import-empty = У файлі немає жодного рядка.
territory-import-workbook = Це книга Excel. Збережіть аркуш як CSV зі стовпцями code, parent, category, name.
territory-import-not-utf8 = текст не в кодуванні UTF-8.
territory-import-broken-row = рядок не читається: перевірте лапки й кількість стовпців.
territory-import-bad-code = «{ $code }» не є кодом: потрібні UA і 17 цифр.
territory-import-bad-category = рівня «{ $category }» немає; є O, K, P, H, M, T, X, C, B.
territory-import-bad-name = назва «{ $name }» порожня, задовга або без літер.
territory-import-bad-depth = у коді { $code } є цифри, нижчі за рівень { $category }.
territory-import-twice = об’єкт { $tail } уже є в рядку { $first }.
territory-import-no-parent = вищої одиниці { $parent } у файлі немає.
territory-import-bad-parent = рівень { $category } не може стояти під рівнем { $parent }.
territory-import-foreign-code = код { $code } не починається з { $prefix }, як код вищої одиниці.
territory-import-bad-date = «{ $date }» не є датою редакції: потрібно РРРР-ММ-ДД.
territory-import-future = Редакція від { $date } ще не настала.
territory-import-older = Редакція від { $date } старіша за чинну від { $known }.
territory-import-closes-too-much = Файл закриває { $closed } одиниць із { $open }. Якщо це не помилка, повторіть із --force.
territory-successors-columns = у заголовку файлу наступників бракує стовпців: { $columns }.
territory-successors-broken-row = рядок файлу наступників не читається.
territory-successors-bad-code = наступники: «{ $code }» не є кодом.
territory-successors-bad-date = наступники: «{ $date }» не є датою, потрібно РРРР-ММ-ДД.
territory-successors-no-act = наступники: не вказано акт.
territory-successors-itself = наступники: { $code } не може бути наступником самого себе.
territory-successors-still-open = наступники: об’єкт { $tail } є в цій редакції, отже не закритий.
territory-successors-unknown = наступники: об’єкта { $tail } цей сервер не знає.
territory-successors-no-successor = наступники: наступника { $tail } немає в цій редакції.

territory-report-written = Редакцію від { $date } імпортовано.
territory-report-dry = Перевірка без запису: редакція від { $date }.
territory-report-nothing = Редакція від { $date }: змін немає.
territory-report-refused = { $n ->
    [one] Файл не прийнято, нічого не змінено: { $n } помилка.
    [few] Файл не прийнято, нічого не змінено: { $n } помилки.
   *[many] Файл не прийнято, нічого не змінено: { $n } помилок.
}
territory-report-counts = У файлі: { $objects }. Додано: { $added }, перейменовано: { $renamed }, переміщено: { $moved }, змінено рівень: { $recategorised }, закрито: { $closed }, без змін: { $unchanged }, наступників: { $successors }.
territory-change-added = додано { $after }
territory-change-renamed = { $before } → { $after }
territory-change-moved = код { $before } → { $after }
territory-change-recategorised = рівень { $before } → { $after }
territory-change-closed = закрито { $before }

error-territory-unreadable = Файл { $path } не читається.
error-territory-import-running = Інший імпорт території щойно записав зміни. Повторіть спробу.
