## Розділ
practices-nav = Практики
practices-feed = Нові практики
practices-title = Кращі практики громади
practices-title-hub = Національний депозитарій кращих практик
practices-lead = Рішення, які вже спрацювали тут: що робили, скільки це коштувало і що змінилося в числах.
practices-lead-hub = Перевірені рішення громад усієї країни. Знайдіть схоже на вашу ситуацію, порівняйте й повторіть.
practices-home = Нові практики
practices-home-hub = Нове в депозитарії
practices-all = Усі практики
practices-count = { $n ->
    [one] Знайдено { $n } практику
    [few] Знайдено { $n } практики
   *[many] Знайдено { $n } практик
}
practices-tools = Що можна зробити
practices-views = Вигляд
practices-view-list = Перелік
practices-view-map = Мапа
practices-view-timeline = За часом
practices-search-label = Слова з назви або опису
practices-facet-topic = Тема
practices-facet-oblast = Область
practices-facet-status = Стан упровадження
practices-facet-evidence = Докази
practices-facet-community = Тип громади
practices-facet-licence = Ліцензія
practices-facet-year = Рік оприлюднення
practices-sort-newest = Спершу нові
practices-sort-oldest = Спершу давні
practices-sort-relevance = Спершу найвідповідніші
practices-empty-title = Тут стоятимуть практики
practices-empty-text = Щойно громада оприлюднить першу практику, вона з’явиться в цьому переліку.
practices-none-title = За цими умовами нічого не знайдено
practices-none-text = Приберіть частину фільтрів або спробуйте інші слова.
practices-export-all = Забрати перелік:
practices-export-csv = Таблиця CSV
practices-export-jsonld = Дані JSON-LD
practices-map-caption = Практики за областями
practices-map-value = Практик
practices-map-zero = Ще немає практик:
practices-quarter = { $quarter } квартал { $year } року
practices-classifier = Класифікатор
practices-evidence-badge = Докази: { $level }

## Картка
practices-facts = Факти
practices-more = Ще
practices-related = Схожі практики
practices-files = Файли
practices-versions = Версії
practices-cite = Як цитувати
practices-accessed = дата звернення:
practices-compare-with = Порівняти з іншими
practices-at-origin = Сторінка громади
practices-curate = Сторінка куратора
practices-before = До
practices-after = Після
practices-change = Зміна
practices-metric = Показник
practices-source = Джерело
practices-results-table = Результати в числах
practices-uah = { $n } грн
practices-uah-unit = грн
practices-months = { $n ->
    [one] { $n } місяць
    [few] { $n } місяці
   *[many] { $n } місяців
}
practices-review-due = Час підтвердити
practices-outdated = Давно не підтверджували
practices-review-text = Громада мала підтвердити ці відомості до { $date }. Перш ніж повторювати, запитайте, чи вони ще чинні.
practices-archived-text = Практика в архіві: її більше не оновлюють, але сторінка лишається.
practices-stopped-text = Це невдача, якою громада поділилася. Причину названо нижче.
practices-changed-since = Громада змінила картку після рішення куратора. Зміни ще перевіряють.
practices-completeness = { $n ->
    [one] Картку заповнено на { $n } відсоток.
    [few] Картку заповнено на { $n } відсотки.
   *[many] Картку заповнено на { $n } відсотків.
}
practices-hub-said = Рішення національного вузла
practices-delivery-title = Хто отримав
practices-delivery = Доставлено { $delivered } із { $receivers }, очікують { $waiting }.
practices-delivery-waiting = Ще не відповіли:
practices-delivery-refused = { $host } не прийняв (відповідь { $status }).
practices-remarks = Зауваження
practices-label-title = Назва
practices-label-summary = Коротко
practices-label-title-en = Назва англійською
practices-label-summary-en = Коротко англійською
practices-label-status = Стан упровадження
practices-label-stop-reason = Чому зупинили
practices-label-problem = Проблема
practices-label-context = Умови
practices-label-community-kind = Тип громади
practices-label-population = Мешканців
practices-label-solution = Рішення
practices-label-steps = Кроки
practices-label-outcomes = Результати
practices-label-technology = Технології
practices-label-cost-uah = Вартість
practices-label-cost-note = З чого складається вартість
practices-label-months = Тривалість упровадження
practices-label-team = Команда
practices-label-started-on = Початок
practices-label-ended-on = Завершення
practices-label-risks = Ризики й невдачі
practices-label-lessons = Уроки
practices-label-replicability = Що потрібно, щоб повторити
practices-label-legal-base = Правова основа
practices-label-contact = Контакт
practices-label-territories = Де впроваджено
practices-label-concepts = Класи
practices-label-licence = Ліцензія
practices-label-evidence = Рівень доказів
practices-label-evidence-note = На чому ґрунтується рівень
practices-label-published = Оприлюднено
practices-label-updated = Оновлено
practices-label-review-due = Підтвердити до
practices-label-origin = Громада
practices-label-class = Клас у депозитарії
practices-label-adopted-from = Запозичено з
practices-status-pilot = Пілот
practices-status-operating = Працює
practices-status-stopped = Зупинено
practices-community-rural = Сільська громада
practices-community-settlement = Селищна громада
practices-community-city = Міська громада
practices-community-district = Район
practices-community-region = Область
practices-community-state = Державний орган
practices-licence-cc-by = CC BY 4.0: із зазначенням авторства
practices-licence-cc-by-sa = CC BY-SA 4.0: на тих самих умовах
practices-licence-cc0 = CC0: без обмежень
practices-evidence-e0 = E0 — зі слів громади
practices-evidence-e1 = E1 — підтверджено документами
practices-evidence-e2 = E2 — перевірив експерт
practices-evidence-e3 = E3 — перевірено на місці
practices-evidence-e0-hint = Числа подала сама громада, документів не додано.
practices-evidence-e1-hint = До картки додано документ, з якого видно результат.
practices-evidence-e2-hint = Незалежний експерт перевірив розрахунок і документи.
practices-evidence-e3-hint = Експерт бачив практику в роботі.

## Стани
practices-state-draft = Чернетка
practices-state-proposed = На перевірці
practices-state-needs-update = Потребує змін
practices-state-validated = Оприлюднено
practices-state-archived = В архіві
practices-state-deleted = Видалено
practices-curation-waiting = Очікує рішення
practices-curation-returned = Повернено із зауваженнями
practices-curation-accepted = Прийнято
practices-curation-declined = Відхилено
practices-curation-review-again = Змінено після рішення
practices-curation-withdrawn = Вилучено
practices-step-received = Надійшла
practices-step-changed = Громада змінила картку
practices-step-accepted = Прийнято
practices-step-returned = Повернено із зауваженнями
practices-step-declined = Відхилено
practices-step-withdrawn = Видалено громадою

## Дії
practices-do-submit = Надіслати на перевірку
practices-do-validate = Оприлюднити
practices-do-return = Повернути автору
practices-do-archive = Перенести в архів
practices-do-restore = Повернути з архіву
practices-do-delete = Видалити
practices-do-confirm = Підтвердити відомості
practices-do-evidence = Змінити рівень доказів
practices-do-edit = Редагувати
practices-do-restore-version = Повернути цю версію
practices-ask-submit = Практику «{ $title }» побачать редактори громади. Після перевірки її можна оприлюднити.
practices-ask-validate = Практику «{ $title }» побачать усі. Її отримають ті, хто стежить за громадою, і куратори національного вузла.
practices-ask-return = Напишіть, що саме треба змінити в практиці «{ $title }».
practices-ask-archive = Практика «{ $title }» зникне з переліків. Її сторінка й адреса лишаться.
practices-ask-restore = Практика «{ $title }» повернеться в переліки. Цим ви підтверджуєте, що відомості чинні.
practices-ask-delete = Практику «{ $title }» буде видалено назавжди разом із файлами та версіями. Якщо вона була публічною, на її місці лишиться позначка про видалення. Цю дію не можна скасувати.
practices-ask-confirm = Ви підтверджуєте, що відомості в практиці «{ $title }» досі правильні. Наступне підтвердження — за рік.
practices-ask-evidence = Наскільки доведено результати практики «{ $title }».
practices-done-submit = Практику надіслано на перевірку.
practices-done-validate = Практику оприлюднено. Вона вже йде до тих, хто стежить за громадою.
practices-done-return = Практику повернено автору із зауваженнями.
practices-done-archive = Практику перенесено в архів.
practices-done-restore = Практика знову в переліках.
practices-done-delete = Практику видалено.
practices-done-confirm = Дякуємо, підтвердження записано.
practices-done-evidence = Рівень доказів змінено.
practices-remarks-hint = Автор побачить цей текст над карткою.
practices-evidence-note-hint = Який документ або хто і коли перевірив.
practices-flash-saved = Збережено.
practices-flash-submitted = Збережено й надіслано на перевірку.
practices-flash-file-added = Файл додано.
practices-flash-file-removed = Файл прибрано.
practices-flash-cover = Обкладинку змінено.
practices-flash-imported = { $n ->
    [one] Додано { $n } чернетку.
    [few] Додано { $n } чернетки.
   *[many] Додано { $n } чернеток.
}
practices-flash-accepted = Практику прийнято. Громада й усі, хто стежить за депозитарієм, дізнаються про це.
practices-flash-returned = Практику повернено. Зауваження побачить лише її громада.
practices-flash-declined = Практику відхилено. Причину побачить лише її громада.
practices-restored-version = Версію { $n } повернено як найновішу.

## Версії
practices-versions-lead = Кожне збереження лишає версію. Порівняйте будь-які дві.
practices-version = Версія
practices-saved = Збережено
practices-note = Примітка
practices-changes = Зміни
practices-what-changed = Що змінилося
practices-version-n = Версія { $n }
practices-version-of = Версія { $n }: { $title }
practices-version-lead = Так картка виглядала після збереження { $date }.
practices-diff-title = Версія { $to } порівняно з версією { $from }
practices-diff-any = Порівняти дві версії
practices-diff-from = Давніша
practices-diff-to = Новіша
practices-diff-show = Показати відмінності
practices-diff-none = Відмінностей немає.

## Порівняння
practices-compare = Порівняння практик
practices-compare-lead = Оберіть від двох до чотирьох практик і подивіться на них поруч.
practices-compare-field = Що порівнюємо
practices-compare-add = Додати практику
practices-compare-remove = Прибрати з порівняння

## Форма
practices-new = Нова практика
practices-new-lead = Зберегти чернетку можна будь-коли, навіть порожню, крім назви. Перед оприлюдненням ми підкажемо, чого бракує.
practices-edit = Редагування практики
practices-form-what = Що це
practices-form-english = Англійською
practices-form-why = Навіщо
practices-form-how = Як
practices-form-cost = Час, гроші, люди
practices-form-others = Для інших громад
practices-form-place = Місце, тема, ліцензія
practices-step-n = Крок { $n }
practices-add-step = Додати крок
practices-add-outcome = Додати результат
practices-outcome-n = Результат { $n }
practices-outcome-metric = Що вимірювали
practices-outcome-unit = Одиниця
practices-outcome-before = Було
practices-outcome-after = Стало
practices-outcome-source = Звідки число
practices-not-said = Не зазначено
practices-hint-title = До 150 знаків, без назви громади.
practices-hint-summary = Одне речення про те, що змінилося для людей. До 500 знаків.
practices-hint-stop-reason = Заповніть, якщо практику зупинено.
practices-hint-problem = Що було не так, для кого і скільки таких людей.
practices-hint-context = Яка громада, скільки мешканців, що вже було.
practices-hint-solution = Що саме зробили. Можна виділяти текст у форматі Markdown.
practices-hint-outcomes = Щонайменше один результат має число до і після. Дробову частину відділяйте комою або крапкою.
practices-hint-team = Посади та ролі, без імен.
practices-hint-legal-base = По одному акту або посиланню на рядок.
practices-hint-contact = Підрозділ і його пошта, без імен.
practices-hint-territories = По одній громаді на рядок: назва (за потреби з областю) або код КАТОТТГ. Порожньо — ваша громада.
practices-hint-concepts = Щонайменше один клас. За класами практику знаходять.
practices-change-note = Що ви змінили
practices-save = Зберегти
practices-save-draft = Зберегти зараз
practices-save-and-submit = Зберегти й надіслати на перевірку
practices-save-hint = Після оприлюднення кожна зміна стає новою версією.
practices-missing = Чого ще бракує для оприлюднення
practices-conflict-title = Хтось уже зберіг іншу версію
practices-conflict-text = Ваш текст збережено у формі нижче. Перегляньте відмінності, за потреби перенесіть чужі зміни і збережіть ще раз.
practices-conflict-diff = Збережена версія порівняно з вашим текстом

## Помилки полів
practices-field-missing = Заповніть це поле.
practices-field-title-missing = Напишіть назву практики.
practices-field-too-long = Скоротіть до { $max } знаків.
practices-field-too-many = Залиште не більше ніж { $max } рядків.
practices-field-too-many-files = У практики вже забагато файлів. Спершу приберіть зайві.
practices-field-date = Напишіть дату, наприклад 2026-05-04.
practices-field-ends-before-start = Завершення не може бути раніше за початок.
practices-field-number = Напишіть число, наприклад 42 або 3,5.
practices-field-whole-number = Напишіть ціле число, наприклад 120000.
practices-field-metric-missing = Напишіть, що саме вимірювали.
practices-field-no-measured-result = Додайте хоча б один результат із числом до і після.
practices-field-no-concept = Оберіть щонайменше один клас.
practices-field-unknown-concept = Таких класів немає: { $codes }.
practices-field-unknown-territory = Не вдалося однозначно знайти: { $code }. Напишіть назву з областю або код КАТОТТГ.
practices-field-stop-reason-missing = Напишіть, чому практику зупинили.
practices-field-remarks-missing = Напишіть, що треба змінити.
practices-field-evidence-note-missing = Напишіть, на чому ґрунтується рівень.
practices-field-evidence-document-missing = Для рівня E1 спершу додайте документ до файлів практики.
practices-field-class-missing = Оберіть клас, у якому стоятиме практика.
practices-field-note-missing = Поясніть рішення: громада побачить цей текст.
practices-field-file-missing = Оберіть файл.

## Файли
practices-files-lead = Фотографії та документи, що підтверджують результати.
practices-files-none = Файлів ще немає.
practices-file = Файл
practices-file-add = Додати файл
practices-file-alt = Що на зображенні, або назва документа
practices-file-alt-hint = Для фотографії обов’язково: цей текст прочитають людям, які не бачать.
practices-file-cover = Зробити обкладинкою
practices-file-make-cover = Зробити обкладинкою
practices-file-remove = Прибрати

## Робочий стіл
practices-mine = Практики в роботі
practices-mine-lead = Що написано, що перевіряють і що чекає на вас.
practices-mine-all = Усі
practices-mine-own = Розпочаті мною
practices-mine-state = Стан
practices-mine-why = Що далі
practices-mine-none = Тут поки нічого немає.
practices-mine-ready = Готово: можна надсилати на перевірку.
practices-mine-missing = { $n ->
    [one] Бракує { $n } відомості.
    [few] Бракує { $n } відомостей.
   *[many] Бракує { $n } відомостей.
}
practices-mine-waits = Чекає на редактора, який оприлюднить або поверне.
practices-mine-due = Підтвердити до { $date }.
practices-duty-validate = { $n ->
    [one] Перевірити { $n } практику
    [few] Перевірити { $n } практики
   *[many] Перевірити { $n } практик
}
practices-duty-update = { $n ->
    [one] Виправити { $n } практику за зауваженнями
    [few] Виправити { $n } практики за зауваженнями
   *[many] Виправити { $n } практик за зауваженнями
}
practices-duty-confirm = { $n ->
    [one] Підтвердити { $n } практику
    [few] Підтвердити { $n } практики
   *[many] Підтвердити { $n } практик
}
practices-duty-curate = { $n ->
    [one] Розглянути { $n } практику в черзі депозитарію
    [few] Розглянути { $n } практики в черзі депозитарію
   *[many] Розглянути { $n } практик у черзі депозитарію
}

## Куратор
practices-queue = Черга депозитарію
practices-queue-lead = Практики громад, які чекають на рішення куратора.
practices-queue-open = До розгляду
practices-queue-since = У черзі з
practices-queue-none = Черга порожня.
practices-community = Громада
practices-vouch = Перевірка доказів
practices-vouch-hint = Поручіться, якщо результат перевірив експерт або хтось бачив практику на місці. Громада отримає цей рівень на свою сторінку.
practices-vouch-do = Записати рівень
practices-step-vouched = Рівень доказів
practices-history = Історія
practices-changes-since = Що змінилося після вашого рішення
practices-choose-class = Оберіть клас
practices-class-hint = Потрібен, щоб прийняти.
practices-decision = Рішення куратора
practices-decide = Записати рішення
practices-decide-accept = Прийняти до депозитарію
practices-decide-accept-hint = Практику побачить уся країна.
practices-decide-return = Повернути із зауваженнями
practices-decide-return-hint = Після змін вона знову стане в чергу.
practices-decide-decline = Відхилити
practices-decide-decline-hint = Не практика або не відповідає критеріям.
practices-decision-note = Зауваження або причина
practices-decision-note-hint = Громада побачить цей текст на сторінці практики.

## Критерії
practices-criteria = Критерії приймання
practices-criteria-lead = За цими правилами практику приймають. Вони однакові для всіх.
practices-criteria-four = Чотири умови
practices-criterion-public = Публічний орган
practices-criterion-public-text = У практиці бере участь рада, виконком, комунальне підприємство чи інший публічний орган.
practices-criterion-new = Нове у своїх умовах
practices-criterion-new-text = Для цієї громади рішення нове або помітно інше, ніж було.
practices-criterion-done = Упроваджено
practices-criterion-done-text = Практика працює або працювала, хоча б як пілот. Намірів і планів не приймаємо.
practices-criterion-impact = Є вплив
practices-criterion-impact-text = Результат виміряно до і після. Невдача з виміряним результатом теж цінна.
practices-criteria-checked = Що програма перевіряє сама
practices-check-card = Заповнено назву, стислий виклад, проблему, рішення й контакт.
practices-check-measured = Є хоча б один результат із числом до і після.
practices-check-class = Обрано хоча б один клас класифікатора.
practices-check-start = Зазначено дату початку.
practices-check-stopped = Зупинена практика має причину.
practices-criteria-evidence = Рівні доказів
practices-criteria-review = Підтвердження щороку
practices-criteria-due = { $n ->
    [one] Через { $n } день після оприлюднення громада підтверджує відомості.
    [few] Через { $n } дні після оприлюднення громада підтверджує відомості.
   *[many] Через { $n } днів після оприлюднення громада підтверджує відомості.
}
practices-criteria-outdated = { $n ->
    [one] Якщо підтвердження немає ще { $n } день, над карткою з’являється попередження.
    [few] Якщо підтвердження немає ще { $n } дні, над карткою з’являється попередження.
   *[many] Якщо підтвердження немає ще { $n } днів, над карткою з’являється попередження.
}
practices-criteria-who = Хто вирішує
practices-criteria-who-text = Оприлюднює редактор громади. До національного депозитарію приймає куратор вузла; рішення й причину видно на сторінці практики.

## Імпорт
practices-import = Імпорт із таблиці
practices-import-lead = Спершу ми перевіримо файл і покажемо помилки в рядках. Нічого не збережеться, доки ви не підтвердите.
practices-import-choose = Оберіть файл
practices-import-file = Файл CSV
practices-import-hint = Кодування UTF-8, роздільник — кома, крапка з комою або табуляція. До 500 рядків.
practices-import-check = Перевірити файл
practices-import-template = Завантажити зразок таблиці
practices-import-format = У колонках steps, outcomes, legal_base і territories розділяйте записи знаком |. Результат пишіть так: показник; одиниця; було; стало; джерело. Колонка external_id не дає завантажити той самий рядок двічі.
practices-import-dry-run = Результат перевірки
practices-import-result = Рядки файлу
practices-import-line = Рядок
practices-import-what = Що з ним буде
practices-import-fresh = Стане чернеткою
practices-import-known = Уже завантажено раніше, пропустимо
practices-import-n-fresh = { $n ->
    [one] { $n } рядок стане чернеткою
    [few] { $n } рядки стануть чернетками
   *[many] { $n } рядків стануть чернетками
}
practices-import-n-known = { $n ->
    [one] { $n } рядок уже завантажено раніше
    [few] { $n } рядки вже завантажено раніше
   *[many] { $n } рядків уже завантажено раніше
}
practices-import-n-wrong = { $n ->
    [one] { $n } рядок із помилками
    [few] { $n } рядки з помилками
   *[many] { $n } рядків із помилками
}
practices-import-mode = Що завантажити
practices-import-mode-valid = Лише рядки без помилок
practices-import-mode-valid-hint = Решту виправите у файлі й завантажите згодом.
practices-import-mode-all = Усе або нічого
practices-import-mode-all-hint = Якщо є хоч одна помилка, нічого не збережеться.
practices-import-run = Завантажити як чернетки
practices-import-all-or-nothing = У файлі є помилки, тому нічого не збережено.
practices-import-too-large = Файл завеликий: до 2 МБ.
practices-import-encoding = Файл не в кодуванні UTF-8. Збережіть його з таблиці як «CSV UTF-8».
practices-import-unreadable = Файл не вдалося прочитати як таблицю.
practices-import-columns = Невідомі колонки: { $names }. Завантажте зразок і порівняйте.
practices-import-no-title = Немає колонки title.
practices-import-too-many = У файлі понад { $max } рядків. Поділіть його.
practices-import-empty = У файлі немає жодного рядка з даними.
practices-import-twice = Такий external_id уже є вище у файлі.
practices-import-word = Такого значення немає. Подивіться у зразку.

## Помилки
error-practices-not-now = Зараз цього зробити не можна: стан практики змінився.
error-practices-deleted = Цю практику видалила її громада.
error-practices-not-ready = Практика ще не відповідає критеріям приймання.
error-practices-not-admitted = Громаду цієї практики більше не допущено до депозитарію.

## Головна й картка: що видно одразу
practices-stat-all = { $n ->
    [one] практика
    [few] практики
   *[many] практик
}
practices-stat-regions = { $n ->
    [one] область
    [few] області
   *[many] областей
}
practices-stat-topics = { $n ->
    [one] тема класифікатора
    [few] теми класифікатора
   *[many] тем класифікатора
}
practices-map-title = Мапа практик
practices-timeline-title = Практики за часом
practices-follow = Стежити
practices-follow-text = Знайдіть цю адресу в Mastodon чи іншій програмі федиверсу, і побачите нове від громади.
practices-follow-feed = Стрічка Atom цього сайту
practices-what-next = Що далі
practices-next-draft = Допишіть картку й надішліть на перевірку.
practices-next-proposed = Редактор громади перевірить картку й оприлюднить її або поверне.
practices-next-needs-update = Виправте картку за зауваженнями й надішліть ще раз.
practices-next-validated = Громада підтвердить відомості до { $date }.
practices-next-archived = Практику більше не оновлюють. Редактор може повернути її до переліків.
practices-accepted-on = Прийнято до депозитарію
practices-year-chip = { $year } рік: { $n }

## Журнал дій
audit-practices-draft = Створено чернетку практики
audit-practices-edit = Змінено практику
audit-practices-submit = Практику надіслано на перевірку
audit-practices-return = Практику повернено автору
audit-practices-publish = Практику оприлюднено
audit-practices-archive = Практику перенесено в архів
audit-practices-restore = Практику повернено з архіву
audit-practices-confirm = Підтверджено відомості практики
audit-practices-delete = Практику видалено
audit-practices-evidence = Змінено рівень доказів
audit-practices-vouch = Куратор поручився за рівень доказів
audit-practices-import = Завантажено практики з таблиці
audit-practices-review-due = Настав час підтвердити практику
audit-practices-received = Надійшла практика громади
audit-practices-changed-at-origin = Громада змінила практику
audit-practices-deleted-at-origin = Громада видалила практику
audit-practices-curate = Рішення куратора
audit-practices-decided-by-hub = Рішення національного вузла
audit-practices-attach = Додано файл до практики
audit-practices-detach = Вилучено файл практики
audit-practices-cover = Змінено обкладинку практики
