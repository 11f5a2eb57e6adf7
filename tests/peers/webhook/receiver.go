// A receiver of webhooks around the public Go library of Standard Webhooks: receiver PORT SECRET.
// It refuses what the library does not verify, drops a message whose id it has, and answers each tenth message with a failure after
// it has stored the events. GET tells what it has.
package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
	"sync"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

type event struct {
	Metadata struct {
		UID string `json:"uid"`
	} `json:"metadata"`
}

type counts struct {
	Requests int `json:"requests"`
	Messages int `json:"messages"`
	Again    int `json:"again"`
	Refused  int `json:"refused"`
	Events   int `json:"events"`
	Unique   int `json:"unique"`
}

func main() {
	verifier, err := standardwebhooks.NewWebhook(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	var mutex sync.Mutex
	var seen counts
	messages, uids := map[string]bool{}, map[string]bool{}

	http.HandleFunc("GET /", func(writer http.ResponseWriter, _ *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		json.NewEncoder(writer).Encode(seen)
	})
	http.HandleFunc("POST /hook", func(writer http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return
		}
		mutex.Lock()
		defer mutex.Unlock()
		seen.Requests++
		if err := verifier.Verify(body, request.Header); err != nil {
			seen.Refused++
			http.Error(writer, err.Error(), http.StatusUnauthorized)
			return
		}
		events, err := eventsIn(body)
		if err != nil {
			seen.Refused++
			http.Error(writer, err.Error(), http.StatusBadRequest)
			return
		}
		id := request.Header.Get(standardwebhooks.HeaderWebhookID)
		isNew := !messages[id]
		if !isNew {
			seen.Again++
		} else {
			messages[id] = true
			seen.Messages++
			seen.Events += len(events)
			for _, one := range events {
				uids[one.Metadata.UID] = true
			}
			seen.Unique = len(uids)
		}
		if isNew && seen.Messages%10 == 0 {
			http.Error(writer, "stored, and then something failed", http.StatusInternalServerError)
			return
		}
		writer.WriteHeader(http.StatusNoContent)
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}

// An array of events, or one event after the other, each on a line or alone.
func eventsIn(body []byte) ([]event, error) {
	var events []event
	decoder := json.NewDecoder(bytes.NewReader(body))
	for decoder.More() {
		if body[0] == '[' {
			return events, decoder.Decode(&events)
		}
		var one event
		if err := decoder.Decode(&one); err != nil {
			return nil, err
		}
		events = append(events, one)
	}
	return events, nil
}
