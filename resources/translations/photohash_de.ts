<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Asked</name>
    <message>
        <source>Mark a face…</source>
        <translation>Gesicht markieren …</translation>
    </message>
    <message>
        <source>Draw a box around a face that was not found</source>
        <translation>Einen Rahmen um ein Gesicht ziehen, das nicht gefunden wurde</translation>
    </message>
    <message>
        <source>Photos that show</source>
        <translation>Fotos zeigen</translation>
    </message>
    <message>
        <source>Any of them</source>
        <translation>Eine von ihnen</translation>
    </message>
    <message>
        <source>All together</source>
        <translation>Alle zusammen</translation>
    </message>
    <message>
        <source>Searching</source>
        <translation>Suche läuft</translation>
    </message>
    <message>
        <source>photos that look like it</source>
        <translation>ähnliche Fotos</translation>
    </message>
    <message>
        <source>No face was found in it:
these photos look like it.</source>
        <translation>Kein Gesicht gefunden.
Dies sind ähnliche Fotos.</translation>
    </message>
    <message numerus="yes">
        <source>%n face(s)</source>
        <translation>
            <numerusform>%n Gesicht</numerusform>
            <numerusform>%n Gesichter</numerusform>
        </translation>
    </message>
    <message>
        <source>taken as you drew it:
results are less sure</source>
        <translation>wie markiert übernommen:
Ergebnisse weniger sicher</translation>
    </message>
    <message>
        <source>Looking for faces…</source>
        <translation>Gesichter werden gesucht …</translation>
    </message>
</context>
<context>
    <name>Borderline</name>
    <message>
        <source>the last in</source>
        <translation>noch dabei</translation>
    </message>
    <message>
        <source>the first out</source>
        <translation>nicht mehr dabei</translation>
    </message>
    <message>
        <source>none is out</source>
        <translation>alle sind dabei</translation>
    </message>
</context>
<context>
    <name>Catcher</name>
    <message>
        <source>Your photos are safe. Please report what is below; it is in {file} too.</source>
        <translation>Ihre Fotos sind sicher. Bitte melden Sie die folgenden Details; sie stehen auch in {file}.</translation>
    </message>
    <message>
        <source>An error of the program</source>
        <translation>Programmfehler</translation>
    </message>
</context>
<context>
    <name>Chips</name>
    <message>
        <source>Faces in the picture</source>
        <translation>Gesichter im Bild</translation>
    </message>
    <message>
        <source>Face {number} of {count}</source>
        <translation>Gesicht {number} von {count}</translation>
    </message>
    <message>
        <source>Look for this person; Ctrl+click picks several</source>
        <translation>Nach dieser Person suchen; Strg+Klick wählt mehrere aus</translation>
    </message>
</context>
<context>
    <name>Compare</name>
    <message>
        <source>Close (Esc)</source>
        <translation>Schließen (Esc)</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Zoom with the wheel, move with the mouse: all move together.</source>
        <translation>Mit dem Mausrad zoomen, mit der Maus verschieben: Alle Fotos bewegen sich gemeinsam.</translation>
    </message>
    <message>
        <source>Photo {number}</source>
        <translation>Foto {number}</translation>
    </message>
</context>
<context>
    <name>CopiesPage</name>
    <message>
        <source>Copies in groups</source>
        <translation>Kopien in Gruppen</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Erneut suchen</translation>
    </message>
    <message>
        <source>Compare (C)</source>
        <translation>Vergleichen (C)</translation>
    </message>
    <message>
        <source>Select two to four photos to see them side by side</source>
        <translation>Zwei bis vier Fotos auswählen, um sie nebeneinander zu sehen</translation>
    </message>
    <message>
        <source>Comparing</source>
        <translation>Vergleich läuft</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>Copies</source>
        <translation>Kopien</translation>
    </message>
    <message numerus="yes">
        <source>%n files</source>
        <translation>
            <numerusform>%n Datei</numerusform>
            <numerusform>%n Dateien</numerusform>
        </translation>
    </message>
    <message>
        <source>best</source>
        <translation>bestes</translation>
    </message>
    <message>
        <source>{count} files with the same bytes: {name}, {size}</source>
        <translation>{count} identische Dateien: {name}, {size}</translation>
    </message>
    <message>
        <source>{count} copies, best: {name}, {size}</source>
        <translation>{count} Kopien, beste: {name}, {size}</translation>
    </message>
    <message>
        <source>Comparing your photos…</source>
        <translation>Ihre Fotos werden verglichen …</translation>
    </message>
    <message>
        <source>You can go on browsing meanwhile.</source>
        <translation>Sie können inzwischen weiterblättern.</translation>
    </message>
    <message>
        <source>No photos yet</source>
        <translation>Noch keine Fotos</translation>
    </message>
    <message>
        <source>Add a folder of photos first: then copies of them are found here.</source>
        <translation>Fügen Sie zuerst einen Ordner mit Fotos hinzu: Dann finden Sie hier deren Kopien.</translation>
    </message>
    <message>
        <source>Not compared yet</source>
        <translation>Noch nicht verglichen</translation>
    </message>
    <message>
        <source>“Look again” compares all your photos.</source>
        <translation>„Erneut suchen“ vergleicht alle Ihre Fotos.</translation>
    </message>
    <message>
        <source>No copies</source>
        <translation>Keine Kopien</translation>
    </message>
    <message>
        <source>Every picture is in your library only once.</source>
        <translation>Jedes Bild ist nur einmal in Ihrer Bibliothek.</translation>
    </message>
    <message>
        <source>{groups} groups, {files} files more than needed, {size}</source>
        <translation>Gruppen: {groups}, überzählige Dateien: {files}, {size}</translation>
    </message>
</context>
<context>
    <name>DropHint</name>
    <message>
        <source>Drop to add the folder to your library</source>
        <translation>Loslassen, um den Ordner zur Bibliothek hinzuzufügen</translation>
    </message>
    <message>
        <source>Drop to find who is in it</source>
        <translation>Loslassen, um die Personen im Bild zu suchen</translation>
    </message>
</context>
<context>
    <name>FindPage</name>
    <message>
        <source>Photos found</source>
        <translation>Gefundene Fotos</translation>
    </message>
    <message>
        <source>Look for</source>
        <translation>Suchen nach</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personen</translation>
    </message>
    <message>
        <source>Whole picture</source>
        <translation>Ganzes Bild</translation>
    </message>
    <message>
        <source>Choose a picture…</source>
        <translation>Bild auswählen …</translation>
    </message>
    <message>
        <source>Find a person</source>
        <translation>Person suchen</translation>
    </message>
    <message>
        <source>Drop any picture on this window, paste one, or choose a file: every photo that
shows the same person is found. The picture is not added to your library.</source>
        <translation>Ziehen Sie ein Bild in dieses Fenster, fügen Sie eines ein oder wählen Sie eine Datei aus:
Jedes Foto mit derselben Person wird gefunden. Das Bild kommt nicht in Ihre Bibliothek.</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Eingefügtes Bild</translation>
    </message>
    <message>
        <source>{name} (the first of {count})</source>
        <translation>{name} (das erste von {count})</translation>
    </message>
    <message>
        <source>Very alike</source>
        <translation>Sehr ähnlich</translation>
    </message>
    <message>
        <source>Alike</source>
        <translation>Ähnlich</translation>
    </message>
    <message>
        <source>Somewhat alike</source>
        <translation>Etwas ähnlich</translation>
    </message>
    <message>
        <source>Less alike</source>
        <translation>Weniger ähnlich</translation>
    </message>
    <message>
        <source>Same person</source>
        <translation>Dieselbe Person</translation>
    </message>
    <message>
        <source>Likely</source>
        <translation>Wahrscheinlich</translation>
    </message>
    <message>
        <source>Maybe</source>
        <translation>Vielleicht</translation>
    </message>
    <message>
        <source>Unlikely</source>
        <translation>Unwahrscheinlich</translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s)</source>
        <translation>
            <numerusform>%n Foto</numerusform>
            <numerusform>%n Fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>Suche läuft …</translation>
    </message>
    <message>
        <source>No face was found: mark one by hand, or look for the whole picture.</source>
        <translation>Kein Gesicht gefunden: Markieren Sie eines von Hand oder suchen Sie nach dem ganzen Bild.</translation>
    </message>
    <message>
        <source>Pick a face above.</source>
        <translation>Wählen Sie oben ein Gesicht aus.</translation>
    </message>
    <message>
        <source>Nobody in your library looks like this person.</source>
        <translation>Niemand in Ihrer Bibliothek sieht dieser Person ähnlich.</translation>
    </message>
    <message>
        <source>No photo is so sure: move the slider to the left to see more.</source>
        <translation>Kein Foto ist so sicher: Schieben Sie den Regler nach links, um mehr zu sehen.</translation>
    </message>
</context>
<context>
    <name>GridModel</name>
    <message>
        <source>{n} of {count}</source>
        <translation>{n} von {count}</translation>
    </message>
</context>
<context>
    <name>LibraryPage</name>
    <message>
        <source>Photos by date</source>
        <translation>Fotos nach Datum</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Faces</source>
        <translation>Gesichter</translation>
    </message>
    <message>
        <source>All photos</source>
        <translation>Alle Fotos</translation>
    </message>
    <message>
        <source>With faces</source>
        <translation>Mit Gesichtern</translation>
    </message>
    <message>
        <source>Without faces</source>
        <translation>Ohne Gesichter</translation>
    </message>
    <message>
        <source>Missing files</source>
        <translation>Fehlende Dateien</translation>
    </message>
    <message>
        <source>Size of the pictures</source>
        <translation>Bildgröße</translation>
    </message>
    <message>
        <source>Add your photos</source>
        <translation>Fotos hinzufügen</translation>
    </message>
    <message>
        <source>Drop a folder here, or choose one. Photos are only read,
never changed, and nothing leaves this computer.</source>
        <translation>Ziehen Sie einen Ordner hierher oder wählen Sie einen aus. Fotos werden nur gelesen,
nie verändert, und nichts verlässt diesen Computer.</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Ordner auswählen …</translation>
    </message>
    <message>
        <source>No photo fits these filters.</source>
        <translation>Kein Foto passt zu diesen Filtern.</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s)</source>
        <translation>
            <numerusform>%n Foto</numerusform>
            <numerusform>%n Fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>All folders</source>
        <translation>Alle Ordner</translation>
    </message>
</context>
<context>
    <name>Mark</name>
    <message>
        <source>Draw a box around the face</source>
        <translation>Rahmen um das Gesicht ziehen</translation>
    </message>
    <message>
        <source>Draw a box around the face, from the forehead to the chin. Esc goes back.</source>
        <translation>Ziehen Sie einen Rahmen um das Gesicht, von der Stirn bis zum Kinn. Mit Esc geht es zurück.</translation>
    </message>
</context>
<context>
    <name>ProblemsModel</name>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
</context>
<context>
    <name>ProblemsPage</name>
    <message>
        <source>Try all again</source>
        <translation>Alle erneut versuchen</translation>
    </message>
    <message>
        <source>Files that could not be read</source>
        <translation>Nicht lesbare Dateien</translation>
    </message>
    <message>
        <source>No problems</source>
        <translation>Keine Probleme</translation>
    </message>
    <message>
        <source>Every file in your folders could be read.</source>
        <translation>Alle Dateien in Ihren Ordnern konnten gelesen werden.</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>Probleme</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n Datei</numerusform>
            <numerusform>%n Dateien</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ScanBar</name>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausieren</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>Looking for photos…</source>
        <translation>Fotos werden gesucht …</translation>
    </message>
    <message>
        <source>Stopping; everything found so far is kept…</source>
        <translation>Wird gestoppt; alles bisher Gefundene bleibt erhalten …</translation>
    </message>
    <message>
        <source>{done} of {total} photos</source>
        <translation>{done} von {total} Fotos</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation>Wird vorbereitet …</translation>
    </message>
    <message>
        <source>{rate} photos/s</source>
        <translation>{rate} Fotos/s</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n Problem</numerusform>
            <numerusform>%n Probleme</numerusform>
        </translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Add folder…</source>
        <translation>Ordner hinzufügen …</translation>
    </message>
</context>
<context>
    <name>Strictness</name>
    <message>
        <source>Strictness</source>
        <translation>Strenge</translation>
    </message>
    <message>
        <source>How sure a result must be</source>
        <translation>Wie sicher ein Ergebnis sein muss</translation>
    </message>
    <message>
        <source>at least {sure} sure</source>
        <translation>mindestens {sure} sicher</translation>
    </message>
</context>
<context>
    <name>Trouble</name>
    <message>
        <source>Copy the details</source>
        <translation>Details kopieren</translation>
    </message>
</context>
<context>
    <name>Viewer</name>
    <message>
        <source>Photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>Schließen (Esc)</translation>
    </message>
    <message>
        <source>Previous (←)</source>
        <translation>Vorheriges (←)</translation>
    </message>
    <message>
        <source>Next (→)</source>
        <translation>Nächstes (→)</translation>
    </message>
    <message>
        <source>Photos like this one (S)</source>
        <translation>Ähnliche Fotos (S)</translation>
    </message>
    <message>
        <source>Faces on or off (F)</source>
        <translation>Gesichter ein- oder ausblenden (F)</translation>
    </message>
    <message>
        <source>Show in the file manager (R)</source>
        <translation>Im Dateimanager anzeigen (R)</translation>
    </message>
    <message>
        <source>The file of this photo is not there now.</source>
        <translation>Die Datei dieses Fotos ist derzeit nicht vorhanden.</translation>
    </message>
    <message>
        <source>{n} of {count}</source>
        <translation>{n} von {count}</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Copies</source>
        <translation>Kopien</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>Probleme</translation>
    </message>
    <message>
        <source>Add a folder of photos</source>
        <translation>Ordner mit Fotos hinzufügen</translation>
    </message>
    <message>
        <source>Another job is running</source>
        <translation>Es läuft bereits ein anderer Vorgang</translation>
    </message>
    <message>
        <source>Wait until it has ended, or stop it, and try again.</source>
        <translation>Warten Sie, bis er beendet ist, oder stoppen Sie ihn, und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>Choose a picture of the person you look for</source>
        <translation>Bild der gesuchten Person auswählen</translation>
    </message>
    <message>
        <source>photohash never opens anything on the web: save the picture first, then drop its file here.</source>
        <translation>photohash öffnet nie etwas aus dem Internet: Speichern Sie das Bild zuerst und ziehen Sie dann die Datei hierher.</translation>
    </message>
    <message>
        <source>That is only an address</source>
        <translation>Das ist nur eine Adresse</translation>
    </message>
    <message>
        <source>That did not work</source>
        <translation>Das hat nicht funktioniert</translation>
    </message>
</context>
</TS>
