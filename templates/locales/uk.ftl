## Рамка сторінки
ui-skip = Перейти до змісту
ui-og-locale = uk_UA
ui-strip-community = Це справжній сайт громади?
ui-strip-hub = Це справжній державний сайт?
ui-strip-check = Як перевірити
ui-site-kind = Електронна ратуша громади
ui-hub-kind = Національний вузол Ратуші
ui-theme-dark = Темна тема
ui-theme-light = Світла тема
ui-theme-auto = Тема як на пристрої
ui-other-language = English
ui-menu = Меню
ui-close = Закрити
ui-main-nav = Розділи
ui-search = Знайти
ui-search-site = Пошук на сайті
ui-sign-in = Увійти
ui-administration = Адміністрування
ui-sign-out = Вийти
ui-home = Головна
ui-breadcrumbs = Шлях до сторінки
ui-contact = Зв’язатися
ui-follow-us = Стежити у федиверсі
ui-about-nav = Про сайт
ui-about = Про цю ратушу
ui-accessibility = Заява про доступність
ui-authenticity = Як перевірити справжність
ui-privacy = Захист персональних даних
ui-feeds = Стрічки оновлень
ui-licence = Працює на Ратуші. Тексти громади можна вільно використовувати з посиланням на джерело.
ui-source = Вихідний код

## Дати й розміри
ui-today = сьогодні
ui-in-days = { $n ->
    [one] через { $n } день
    [few] через { $n } дні
   *[many] через { $n } днів
}
ui-days-ago = { $n ->
    [one] { $n } день тому
    [few] { $n } дні тому
   *[many] { $n } днів тому
}
ui-bytes = { $n ->
    [one] { $n } байт
    [few] { $n } байти
   *[many] { $n } байтів
}
ui-kilobytes = { $n } КБ
ui-megabytes = { $n } МБ

## Форми
ui-optional = (необов’язково)
ui-needed-later = (потрібно для оприлюднення)
ui-error-prefix = Помилка:
ui-error-summary = Виправте, будь ласка
ui-file-max = Не більше ніж { $size }.
ui-file-too-large = Файл завеликий. Оберіть файл не більший ніж { $size }.
ui-save = Зберегти
ui-cancel = Скасувати
ui-continue = Далі
ui-back = Назад
ui-delete = Видалити
ui-draft-restored = Ми відновили текст, який ви не встигли зберегти.
ui-draft-drop = Почати з чистого

## Переліки
ui-filters = Фільтри
ui-chosen = Обрані фільтри
ui-remove = Прибрати фільтр
ui-clear-all = Скинути все
ui-apply-filters = Застосувати фільтри
ui-any = Будь-що
ui-sort = Упорядкувати
ui-pages = Сторінки переліку
ui-first-page = На початок
ui-next-page = Наступна сторінка

## Обговорення
ui-comment-deleted = Коментар видалено.
ui-edited = змінено
ui-reply-to = у відповідь: { $name }
ui-origin = оригінал
ui-held = Очікує на перевірку модератором

## Складники
ui-you-are-here = Ви тут
ui-phase-done = завершено
ui-added = Додано:
ui-removed = Вилучено:
ui-receipt-number = Номер для довідок
ui-what-next = Що буде далі
ui-go-home = На головну
ui-request-id = Номер запиту
ui-map-of-ukraine = Мапа України за областями
ui-map-region = { $name }: { $value }
ui-map-place = Область

## Кольори громади
accent-dnipro = Дніпро, синій
accent-azov = Азов, бірюзовий
accent-polissia = Полісся, зелений
accent-kalyna = Калина, червоний
accent-buzok = Бузок, фіолетовий
accent-step = Степ, брунатний
accent-hranit = Граніт, сірий

## Помилки
error-not-found = Такої сторінки тут немає.
error-forbidden = У вас немає прав на цю дію.
error-unauthorized = Щоб продовжити, увійдіть.
error-conflict = Хтось уже зберіг іншу версію. Ваш текст не втрачено.
error-invalid = Деякі поля заповнено не так.
error-internal = Сталася помилка на нашому боці.
error-too-large = Те, що ви надсилаєте, завелике.
error-bad-form = Не вдалося прочитати надіслану форму.
error-csrf = Форма застаріла або надійшла з іншого сайту. Відкрийте її ще раз.
error-gone = Цю сторінку видалив її власник.
error-unavailable = Сервіс зараз недоступний.
error-too-many = Забагато запитів за короткий час.
error-misdirected = За цією адресою немає сайту громади.
error-method = Ця адреса не приймає таких запитів.
error-title-not-found = Сторінку не знайдено
error-title-gone = Сторінку видалено
error-title-forbidden = Немає доступу
error-title-unauthorized = Потрібно увійти
error-title-conflict = Є новіша версія
error-title-invalid = Перевірте надіслане
error-title-too-many = Забагато запитів
error-title-misdirected = Не та адреса
error-title-internal = Щось пішло не так
error-hint-look = Перевірте адресу або скористайтеся пошуком угорі.
error-hint-ask = Якщо це помилка, зверніться до адміністратора громади.
error-hint-sign-in = Після входу ви повернетеся на цю сторінку.
error-hint-back = Поверніться назад: введене збережено у вашому браузері.
error-hint-wait = Спробуйте ще раз за кілька хвилин.
error-hint-ours = Ми записали, що сталося. Спробуйте ще раз трохи пізніше.

## Зразки для галереї
gallery-title = Назва практики
gallery-title-hint = Одне речення про те, що змінилося для людей.
gallery-email = Електронна пошта
gallery-summary = Стислий виклад
gallery-summary-hint = До 500 знаків, без скорочень.
gallery-saved = Заощаджено за рік
gallery-since = Працює з
gallery-oblast = Область
gallery-kind = Що ви описуєте
gallery-audience = Кого це стосується
gallery-audience-hint = Оберіть усіх, кого торкнулися зміни.
gallery-password = Пароль
gallery-photo = Фото
gallery-agree = Дозволяю публікувати під вільною ліцензією
gallery-agree-hint = Ліцензія CC BY 4.0, її не можна відкликати.
gallery-error-title = Напишіть назву практики
gallery-error-email = Перевірте адресу: у ній бракує знака @
gallery-error-number = Напишіть число, наприклад 1 240
