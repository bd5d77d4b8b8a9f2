## Пошук
content-search-title = Пошук
content-search-title-q = Пошук: { $q }
content-search-label = Що шукаємо
content-search-found = { $n ->
    [one] Знайдено { $n } запис
    [few] Знайдено { $n } записи
   *[many] Знайдено { $n } записів
}
content-search-none = За цим запитом нічого не знайдено
content-search-none-hint = Спробуйте інші слова або приберіть частину фільтрів.
content-search-did-you-mean = Можливо, ви шукали: { $q }
content-search-empty = Тут з’явиться все, що громада оприлюднить
content-search-empty-hint = Щойно буде оприлюднено перший запис, його можна буде знайти за словами, темою та областю.
content-order-relevance = Спершу найвідповідніші
content-order-newest = Спершу нові
content-order-oldest = Спершу давні
content-facet-module = Розділ
content-facet-concept = Тема
content-facet-oblast = Область
content-facet-year = Рік
content-facet-lang = Мова
content-facet-territory = Місце
content-facet-from = Від
content-facet-to = До
content-facet-origin = Походження
content-lang-uk = українська
content-lang-en = англійська
content-feed-atom = Стрічка Atom
content-feed-json = Стрічка JSON
content-feed-title = { $name }: нове
content-feed-title-of = { $name }: { $what }

## Обговорення
discussion-title = Обговорення
discussion-title-n = { $n ->
    [one] Обговорення: { $n } коментар
    [few] Обговорення: { $n } коментарі
   *[many] Обговорення: { $n } коментарів
}
discussion-page-title = Обговорення: { $title }
discussion-likes = { $n ->
    [one] { $n } вподобання у федиверсі
    [few] { $n } вподобання у федиверсі
   *[many] { $n } вподобань у федиверсі
}
discussion-shares = { $n ->
    [one] { $n } поширення
    [few] { $n } поширення
   *[many] { $n } поширень
}
discussion-empty = Коментарів ще немає. Напишіть перший.
discussion-text-label = Ваш коментар
discussion-answer-label = Ваша відповідь
discussion-text-hint = До 5000 знаків. Можна виділяти текст і додавати посилання у форматі Markdown.
discussion-held-note = Коментар з’явиться на сторінці після перевірки модератором.
discussion-send = Надіслати коментар
discussion-reply = Відповісти
discussion-delete = Видалити
discussion-approve = Показати
discussion-hide = Приховати
discussion-sign-in = Щоб залишити коментар, увійдіть.
discussion-sign-in-link = Увійти
discussion-fediverse = Відповісти з Mastodon чи іншого сервера федиверсу
discussion-fediverse-hint = Скопіюйте цю адресу в поле пошуку на своєму сервері та відповідайте на знайдений допис:
discussion-sent = Ваш коментар опубліковано.
discussion-sent-held = Дякуємо. Коментар з’явиться після перевірки модератором.
discussion-approved = Коментар показано.
discussion-hidden = Коментар приховано.
discussion-deleted = Ваш коментар видалено.
discussion-error-empty = Напишіть текст коментаря.
discussion-error-long = Коментар задовгий: можна не більше ніж { $max } знаків.
discussion-error-reason = Напишіть, чому коментар приховано.
error-discussion-closed = На цей коментар уже не можна відповісти.
discussion-queue-title = Модерація обговорень
discussion-queue-lead = Прочитайте кожен коментар і вирішіть, чи показувати його на сторінках громади.
discussion-queue-tabs = Стани коментарів
discussion-queue-about = Про що:
discussion-queue-reason = Причина: { $reason }
discussion-queue-empty = Тут з’являться коментарі, що чекають на рішення
discussion-queue-empty-hint = Зараз усі коментарі розглянуто.
discussion-queue-none = Тут ще нічого немає
discussion-queue-none-hint = Коментарі з’являться тут після вашого рішення.
discussion-tab-held = Чекають на рішення
discussion-tab-visible = Показані
discussion-tab-hidden = Приховані
discussion-hide-title = Приховати коментар
discussion-hide-lead = Автор і журнал дій збережуть причину, яку ви вкажете.
discussion-hide-send = Приховати коментар
discussion-reason-label = Причина
discussion-reason-hint = Одним реченням: яке правило порушено.
discussion-own-title = Ваші коментарі
discussion-own-visible = Показано
discussion-own-held = Чекає на рішення модератора
discussion-own-hidden = Приховано модератором
discussion-own-open = Відкрити
discussion-cabinet = Усі коментарі та рішення щодо них
discussion-duty = { $n ->
    [one] { $n } коментар чекає на рішення модератора
    [few] { $n } коментарі чекають на рішення модератора
   *[many] { $n } коментарів чекають на рішення модератора
}

## Classifier

classifier-name = Класифікатор практик електронного урядування
classifier-description = Поняття електронного урядування двома мовами, з кодами, які не змінюються. Класифікатор власний, першу редакцію складено у листопаді 2026 року. Ліцензія CC BY 4.0.
classifier-lead = Знайдіть поняття, щоб побачити його зміст і все, що до нього належить.
classifier-search = Знайти поняття за назвою або кодом
classifier-none = За запитом «{ $q }» нічого немає
classifier-none-hint = Спробуйте коротше слово або код, наприклад 03.02.
classifier-found = { $n ->
    [one] Знайдено { $n } поняття
    [few] Знайдено { $n } поняття
   *[many] Знайдено { $n } понять
}
classifier-used = { $n ->
    [one] { $n } матеріал
    [few] { $n } матеріали
   *[many] { $n } матеріалів
}
classifier-facet = Розділ
classifier-facet-domain = Сфери електронного урядування
classifier-facet-life = Життєві ситуації
classifier-facet-technology = Технології
classifier-facet-beneficiary = Кому допомагає
classifier-facet-level = Рівень
classifier-facet-method = Метод
classifier-about = Про класифікатор
classifier-edition = Редакція { $number } від { $date }
classifier-in-edition = у редакції { $number }
classifier-code = Код
classifier-alt = Інші назви
classifier-broader = Ширші поняття
classifier-narrower = Вужчі поняття
classifier-related = Пов’язані поняття
classifier-replaces = Замінює
classifier-other-language = Англійською
classifier-exact = Те саме в інших класифікаторах
classifier-close = Подібне в інших класифікаторах
classifier-tagged = Що належить до поняття
classifier-tagged-none = Тут з’являться опубліковані матеріали, яким надали це поняття.
classifier-tagged-all = Показати всі матеріали
classifier-history = Історія змін
classifier-changes = Зміни
classifier-formats = Для програм
classifier-cite = Як посилатися
classifier-retired = Це поняття більше не вживають
classifier-retired-text = Його код збережено, щоб старі посилання лишалися зрозумілими.
classifier-instead = Натомість уживайте
classifier-open = { $n ->
    [0] Усі пропозиції
    [one] { $n } пропозиція чекає на рішення
    [few] { $n } пропозиції чекають на рішення
   *[many] { $n } пропозицій чекають на рішення
}
classifier-proposals = Пропозиції змін
classifier-proposals-lead = Пропозиції цієї громади. Рішення про класифікатор ухвалює національний хаб; до нього ці пропозиції поки передають окремо.
classifier-proposals-lead-hub = Пропозиції розглядають куратори. Кожна прийнята пропозиція створює нову редакцію.
classifier-proposals-none = Пропозицій немає
classifier-proposals-none-hint = Тут стоятимуть пропозиції змін до класифікатора та рішення щодо них.
classifier-show-open = Показати пропозиції на розгляді
classifier-show-decided = Показати розглянуті пропозиції
classifier-propose = Запропонувати зміну
classifier-propose-lead = Пропозицію побачать у вашій громаді. Рішення ухвалює національний хаб.
classifier-propose-lead-hub = Пропозицію розглянуть куратори й пояснять рішення.
classifier-kind = Що змінити
classifier-kind-add = Нове поняття
classifier-kind-rename = Інша назва або зміст
classifier-kind-move = Інше місце
classifier-kind-merge = Об’єднати з іншим поняттям
classifier-kind-split = Розділити між поняттями
classifier-kind-hub = Зміна з національного хабу
classifier-notation = Поняття
classifier-notation-hint = Код поняття, наприклад 03.02.
classifier-field-broader = Ширші поняття
classifier-field-broader-hint = Один або кілька кодів через кому. Перший визначає код нового поняття. Порожньо означає нову сферу.
classifier-field-into = Об’єднати з
classifier-field-into-hint = Код поняття, яке залишиться.
classifier-field-split = Розділити між
classifier-field-split-hint = Щонайменше два коди через кому. Якщо потрібного поняття ще немає, спершу запропонуйте його.
classifier-field-label-uk = Назва українською
classifier-field-label-en = Назва англійською
classifier-field-definition-uk = Зміст українською
classifier-field-definition-en = Зміст англійською
classifier-field-alt-uk = Інші назви українською
classifier-field-alt-en = Інші назви англійською
classifier-field-alt-hint = Через крапку з комою.
classifier-reason = Обґрунтування
classifier-reason-hint = Чому зміна потрібна і що від неї стане зрозумілішим.
classifier-by = Хто запропонував
classifier-send = Надіслати пропозицію
classifier-continue = Далі
classifier-proposed = Пропозицію надіслано.
classifier-state-proposed = Запропоновано
classifier-state-discussed = Обговорюють
classifier-state-accepted = Прийнято
classifier-state-declined = Відхилено
classifier-discussion = Обговорення
classifier-discussion-none = Зауважень ще немає.
classifier-remark = Зауваження
classifier-add-remark = Додати зауваження
classifier-remarked = Зауваження додано.
classifier-decide = Рішення
classifier-decision = Пояснення рішення
classifier-decision-hint = Пояснення побачать усі, воно лишиться в історії.
classifier-decided-by = Хто вирішив
classifier-accept = Прийняти
classifier-decline = Відхилити
classifier-accepted = Пропозицію прийнято. Чинною стала редакція { $number }.
classifier-declined = Пропозицію відхилено.
classifier-error-required = Заповніть це поле
classifier-error-long = Скоротіть текст: не більше { $max } знаків
classifier-error-unknown-codes = Немає таких понять у вжитку: { $codes }
classifier-error-one-code = Вкажіть рівно один код
classifier-error-no-code = Під цим поняттям не лишилося вільних кодів
classifier-error-not-in-use = Такого поняття немає або його більше не вживають
classifier-error-nothing-new = Тут нічого не змінено
classifier-error-cycle = Поняття не може бути ширшим за саме себе
classifier-error-split = Вкажіть щонайменше два інші поняття
classifier-error-name-taken = Таку назву вже має інше поняття
classifier-error-does-not-fit = Зміна не пасує до чинної редакції
error-classifier-hub-only = Рішення про класифікатор ухвалює національний хаб.
error-classifier-decided = Цю пропозицію вже розглянуто.

## Files

files-full-size = Відкрити повний розмір
files-at-origin = на сайті джерела
files-error-empty = Файл порожній
files-error-type = Такі файли не приймаємо. Можна JPEG, PNG, WebP, PDF, DOCX, XLSX, PPTX, ODT, ODS, CSV і TXT
files-error-active = Файли SVG, HTML і XML не приймаємо, бо вони можуть виконувати код. Збережіть зображення як PNG або документ як PDF
files-error-program = Програми, скрипти та документи з макросами не приймаємо
files-error-mismatch = Вміст файлу не відповідає його назві. Збережіть файл ще раз у потрібному форматі
files-error-large = Файл завеликий: не більше { $mb } МБ
files-error-pixels = Зображення має забагато пікселів: не більше 40 мільйонів. Зменште його
files-error-damaged = Файл пошкоджено, прочитати його не вдалося
files-error-bomb = Цей архів розпаковується в надто великий обсяг
files-error-encoding = Текст має бути в кодуванні UTF-8
files-error-alt = Опишіть зображення для тих, хто його не бачить
files-error-alt-long = Скоротіть опис: не більше { $max } знаків

## Журнал дій
audit-classifier-proposed = Запропоновано зміну класифікатора
audit-classifier-remarked = Додано думку про зміну класифікатора
audit-classifier-accepted = Прийнято зміну класифікатора
audit-classifier-declined = Відхилено зміну класифікатора
audit-classifier-taken-over = Отримано редакцію класифікатора
audit-discussion-comment = Додано коментар
audit-discussion-delete = Видалено коментар
audit-discussion-approve = Показано коментар
audit-discussion-hide = Приховано коментар
audit-discussion-receive = Надійшов коментар із федиверсу
audit-discussion-revise = Автор змінив коментар
audit-discussion-withdraw = Автор вилучив свої коментарі
